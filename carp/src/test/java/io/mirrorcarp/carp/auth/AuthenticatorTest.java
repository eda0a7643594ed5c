// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import static io.mirrorcarp.carp.auth.AddressSetTest.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.Digest;
import io.mirrorcarp.carp.packet.Rejection;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AuthenticatorTest {
    private static final long SECOND = 1_000_000_000;
    private static final CarpKey OLD = CarpKey.ofPassphrase("old secret");
    private static final CarpKey NEW = CarpKey.ofPassphrase("new secret");
    private static final AddressSet ADDRESSES = set("10.0.0.1", "2001:db8::1");

    private static final InetAddress HERE = Vectors.address("10.0.0.2");
    private static final InetAddress THERE = Vectors.address("10.0.0.3");
    private static final Arrival SOURCE = Arrival.toGroup(THERE);
    private static final Arrival OTHER = Arrival.toGroup(Vectors.address("10.0.0.4"));
    private static final Arrival BACK = new Arrival(HERE, true, true);

    private final Authenticator here = authenticator(OLD, ADDRESSES);
    private final Authenticator there = authenticator(OLD, ADDRESSES);

    private static Authenticator authenticator(CarpKey key, AddressSet addresses) {
        return new Authenticator(AuthSettings.of(7, key), addresses, SequenceMark.NONE, new VerificationBudget());
    }

    /** Another node, which has heard this one. */
    private Authenticator another(CarpKey key, AddressSet addresses) {
        Authenticator another = authenticator(key, addresses);
        another.hearPeer(1, here.highestSequence(), true, false);
        return another;
    }

    private CarpAdvertisement sign(Authenticator signer) {
        return signer.sign(1, 0, 0, signer == here ? HERE : THERE);
    }

    @Test
    void whatOneSignsTheOtherAccepts() {
        CarpAdvertisement advertisement = there.sign(1, 100, 3, THERE);
        assertThat(advertisement.vhid()).isEqualTo(7);
        assertThat(advertisement.advbase()).isEqualTo(1);
        assertThat(advertisement.advskew()).isEqualTo(100);
        assertThat(advertisement.demote()).isEqualTo(3);
        assertThat(here.verify(advertisement, SOURCE, 0))
                .isEqualTo(
                        Verdict.of(null, new DigestMatch(DigestContext.ORIGINAL, false, false), Verdict.Trust.PROVEN));
    }

    @Test
    void anotherKeyAddressVhidCounterOrDigestIsBadAuthentication() {
        assertBad(sign(authenticator(NEW, ADDRESSES)));
        assertBad(sign(authenticator(OLD, set("10.0.0.1"))));
        assertBad(sign(
                new Authenticator(AuthSettings.of(8, OLD), ADDRESSES, SequenceMark.NONE, new VerificationBudget())));
        CarpAdvertisement good = sign(there);
        assertBad(new CarpAdvertisement(7, 0, 1, 0, good.counter() + 1, good.md()));
        byte[] md = good.md().bytes();
        md[19] ^= 1;
        assertBad(new CarpAdvertisement(7, 0, 1, 0, good.counter(), Digest.of(md)));
    }

    private void assertBad(CarpAdvertisement advertisement) {
        Verdict verdict = here.verify(advertisement, SOURCE, 0);
        assertThat(verdict.rejection()).isEqualTo(Rejection.BAD_AUTH);
        assertThat(verdict.accepted()).isFalse();
    }

    @Test
    void anOwnAdvertisementThatComesBackIsKnownHoweverOldAndWhateverItSaysAndWhereverItComesFrom() {
        List<CarpAdvertisement> own = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            own.add(sign(here));
        }
        for (int i = 0; i < own.size(); i += 37) {
            CarpAdvertisement old = own.get(i);
            assertThat(here.verify(old, BACK, i * SECOND).rejection()).isEqualTo(Rejection.REPLAYED);
            assertThat(here.verify(old, OTHER, i * SECOND)).matches(this::isChanged);
            assertThat(here.verify(better(old), BACK, i * SECOND)).matches(this::isChanged);
            assertThat(here.verify(better(old), SOURCE, i * SECOND)).matches(this::isChanged);
        }
        assertThat(there.verify(own.get(0), Arrival.toGroup(HERE), 0).accepted())
                .as("control: a peer hears it")
                .isTrue();
    }

    private static CarpAdvertisement better(CarpAdvertisement of) {
        return new CarpAdvertisement(7, 0, 0, 0, of.counter(), of.md());
    }

    private boolean isChanged(Verdict verdict) {
        return verdict.rejection() == Rejection.UNPROVEN && verdict.trust() == Verdict.Trust.CHANGED;
    }

    @Test
    void aPeersAdvertisementSentAgainIsRefusedHoweverOldFromWhateverSourceAndWhateverItSays() {
        List<CarpAdvertisement> heard = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            heard.add(sign(there));
            assertThat(here.verify(heard.get(i), SOURCE, 0).accepted()).isTrue();
        }
        for (int i = 0; i < heard.size(); i += 37) {
            CarpAdvertisement old = heard.get(i);
            long now = i * SECOND;
            assertThat(here.verify(old, SOURCE, now).rejection()).isEqualTo(Rejection.REPLAYED);
            assertThat(here.verify(old, OTHER, now)).matches(this::isChanged);
            assertThat(here.verify(better(old), OTHER, now)).matches(this::isChanged);
        }
        assertThat(here.verify(sign(there), SOURCE, 0).accepted())
                .as("control: the next one")
                .isTrue();
    }

    @Test
    void eachOpenFieldAndTheSenderAreProved() {
        CarpAdvertisement genuine = there.sign(1, 100, 3, THERE);
        here.verify(sign(there), SOURCE, 0);
        long counter = genuine.counter();
        List<CarpAdvertisement> changed = List.of(
                new CarpAdvertisement(7, 99, 1, 3, counter, genuine.md()),
                new CarpAdvertisement(7, 100, 0, 3, counter, genuine.md()),
                new CarpAdvertisement(7, 100, 1, 0, counter, genuine.md()),
                new CarpAdvertisement(7, 255, 255, 3, counter, genuine.md()));
        for (CarpAdvertisement forged : changed) {
            Authenticator fresh = authenticator(OLD, ADDRESSES);
            assertThat(fresh.verify(forged, SOURCE, 0)).as(forged.dump()).matches(this::isChanged);
        }
        assertThat(authenticator(OLD, ADDRESSES).verify(genuine, OTHER, 0)).matches(this::isChanged);
        assertThat(authenticator(OLD, ADDRESSES).verify(genuine, SOURCE, 0).trust())
                .as("control")
                .isEqualTo(Verdict.Trust.PROVEN);
    }

    /** Who can hold back a genuine one may guess for which values its proof is right: once. */
    @Test
    void whoChangesOneHasOneTryWithIt() {
        here.verify(sign(there), SOURCE, 0);
        CarpAdvertisement heldBack = sign(there);
        assertThat(here.verify(better(heldBack), SOURCE, 0)).matches(this::isChanged);
        assertThat(here.verify(heldBack, SOURCE, 0).rejection()).isEqualTo(Rejection.REPLAYED);
        assertThat(here.verify(sign(there), SOURCE, 0).accepted()).isTrue();
    }

    @Test
    void nodesCountInOneLine() {
        for (int i = 0; i < 1_000; i++) {
            here.verify(sign(there), SOURCE, 0);
        }
        assertThat(ProvenCounter.sequence(sign(here).counter())).isEqualTo(1_001);
        assertThat(there.verify(sign(here), Arrival.toGroup(HERE), 0).accepted())
                .isTrue();
        assertThat(ProvenCounter.sequence(sign(there).counter())).isEqualTo(1_003);
    }

    /** Both have lost one another for an hour, and the one that advertised less often is heard at once. */
    @Test
    void afterAPartitionEachIsHeardThoughTheOtherIsFurther() {
        here.verify(sign(there), SOURCE, 0);
        there.verify(sign(here), Arrival.toGroup(HERE), 0);
        for (int i = 0; i < 3_600; i++) {
            sign(here);
        }
        assertThat(here.verify(sign(there), SOURCE, 0).accepted()).isTrue();
        assertThat(there.verify(sign(here), Arrival.toGroup(HERE), 0).accepted())
                .isTrue();
    }

    @Test
    void aLifeThatKeptItsMarkRefusesWhatWasSentBeforeIt() {
        List<CarpAdvertisement> recorded = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            recorded.add(sign(there));
            here.verify(recorded.get(i), SOURCE, 0);
        }
        CarpAdvertisement ours = sign(here);
        Authenticator next =
                new Authenticator(AuthSettings.of(7, OLD), ADDRESSES, here.lastSequences(), new VerificationBudget());
        for (int i = 0; i < 500; i += 7) {
            assertThat(next.verify(recorded.get(i), SOURCE, i * SECOND).rejection())
                    .isEqualTo(Rejection.REPLAYED);
        }
        assertThat(next.verify(ours, BACK, 0).rejection()).isEqualTo(Rejection.REPLAYED);
        assertThat(there.verify(sign(next), Arrival.toGroup(THERE), 0).rejection())
                .as("a sequence that was not used, from an address of the peer's own")
                .isNull();
    }

    /** The life before ended without a word: this one knows what was reserved, and that the sequences had come as far as half a block before that. */
    @Test
    void aLifeThatDiedUsesNoSequenceTwiceAndItsPeerIsHeard() {
        SequenceMark mark = SequenceMark.NONE;
        long used = 0;
        for (int i = 0; i < 1_000; i++) {
            here.verify(sign(there), SOURCE, 0);
            used = ProvenCounter.sequence(sign(here).counter());
            SequenceMark reserved = here.reserve(i * SECOND);
            mark = reserved == null ? mark : reserved;
            assertThat(mark.reserved()).isGreaterThanOrEqualTo(used);
        }
        assertThat(used - mark.heard()).as("what can be played again").isLessThan(SequenceReserve.LEAST_BLOCK);
        Authenticator next = new Authenticator(AuthSettings.of(7, OLD), ADDRESSES, mark, new VerificationBudget());
        assertThat(next.verify(sign(there), SOURCE, 0).accepted()).isTrue();
        CarpAdvertisement first = next.sign(1, 0, 0, HERE);
        assertThat(ProvenCounter.sequence(first.counter())).isGreaterThan(used);
        assertThat(there.verify(first, Arrival.toGroup(HERE), 0).accepted()).isTrue();
    }

    @Test
    void aNodeThatLostItsMemoryIsHeardAgainAfterOneAdvertisementOfAnother() {
        for (int i = 0; i < 500; i++) {
            there.verify(sign(here), Arrival.toGroup(HERE), 0);
        }
        Authenticator lost = authenticator(OLD, ADDRESSES);
        assertThat(there.verify(lost.sign(1, 0, 0, HERE), Arrival.toGroup(HERE), 0)
                        .rejection())
                .isEqualTo(Rejection.REPLAYED);
        lost.verify(sign(there), SOURCE, 0);
        assertThat(there.verify(lost.sign(1, 0, 0, HERE), Arrival.toGroup(HERE), 0)
                        .accepted())
                .isTrue();
    }

    @Test
    void whatAPeerSaysOfTheSequencesOnAnotherPathIsNotPlayedAgain() {
        CarpAdvertisement old = sign(there);
        for (int i = 0; i < 100; i++) {
            sign(there);
        }
        here.hearPeer(1, there.highestSequence(), true, false);
        assertThat(here.verify(old, SOURCE, 0).rejection()).isEqualTo(Rejection.REPLAYED);
        assertThat(here.verify(sign(there), SOURCE, 0).accepted()).isTrue();
    }

    /** A virtual machine that is put back to an earlier state counts from there. */
    @Test
    void aNodeThatWasPutBackIsHeardAgainWhenAPeerTellsItTheSequence() {
        Authenticator before = authenticator(OLD, ADDRESSES);
        for (int i = 0; i < 10; i++) {
            assertThat(here.verify(before.sign(1, 0, 0, THERE), SOURCE, 0).accepted())
                    .isTrue();
        }
        assertThat(here.verify(sign(there), SOURCE, 0).rejection())
                .as("control: as it counts after that")
                .isEqualTo(Rejection.REPLAYED);
        there.hearPeer(1, here.highestSequence(), true, false);
        assertThat(here.verify(sign(there), SOURCE, 0).accepted()).isTrue();
    }

    @Test
    void nobodyIsHeldToProofsWhenAPeerSaysThatItCannotGiveAnyMore() {
        CountingSigner earlier = new CountingSigner(7, OLD, ADDRESSES);
        for (int i = 0; i < ProvenPeers.PROVEN; i++) {
            here.verify(sign(there), SOURCE, 0);
        }
        assertThat(here.hearPeer(1, 0, true, false)).isFalse();
        assertThat(here.verify(earlier.sign(1, 0), SOURCE, 0).rejection())
                .as("control: held")
                .isEqualTo(Rejection.UNPROVEN);
        assertThat(here.hearPeer(1, 0, false, false)).as("tells it once").isTrue();
        assertThat(here.hearPeer(1, 0, false, false)).isFalse();
        assertThat(here.verify(earlier.sign(1, 0), SOURCE, 0).accepted()).isTrue();
        for (int i = 0; i < ProvenPeers.PROVEN; i++) {
            here.verify(sign(there), SOURCE, 0);
        }
        here.hearPeer(1, 0, false, false);
        assertThat(here.verify(earlier.sign(1, 0), SOURCE, 0).rejection())
                .as("who proves again is held again, whatever that peer goes on to say")
                .isEqualTo(Rejection.UNPROVEN);
    }

    @Test
    void strictObeysOnlyWhoProvesWhatHeSays() {
        here.changeSettings(AuthSettings.of(7, OLD).withStrict(true));
        CountingSigner freeBsd = new CountingSigner(7, OLD, ADDRESSES);
        freeBsd.hear(sign(here));
        for (int i = 0; i < 10; i++) {
            Verdict verdict = here.verify(freeBsd.sign(1, 0), OTHER, 0);
            assertThat(verdict.rejection()).isEqualTo(Rejection.UNPROVEN);
        }
        assertThat(here.verify(sign(there), SOURCE, 0).accepted()).isTrue();
    }

    @Test
    void aPeerThatProvedWhatItSaysIsHeldToIt() {
        CountingSigner freeBsd = new CountingSigner(7, OLD, ADDRESSES);
        assertThat(here.verify(freeBsd.sign(1, 0), SOURCE, 0).accepted())
                .as("control: before it proved anything")
                .isTrue();
        for (int i = 0; i < ProvenPeers.PROVEN; i++) {
            here.verify(sign(there), SOURCE, 0);
        }
        assertThat(here.verify(freeBsd.sign(1, 0), SOURCE, 0))
                .isEqualTo(Verdict.of(
                        Rejection.UNPROVEN,
                        new DigestMatch(DigestContext.ORIGINAL, false, false),
                        Verdict.Trust.FELL_BACK));
        assertThat(here.verify(freeBsd.sign(1, 0), OTHER, 0).accepted()).isTrue();
    }

    /** An address translation between two hosts changes the source of what they send to one another. */
    @Test
    void advertisementsToHostsAreProvedWithoutTheirSender() {
        CarpAdvertisement toHost = there.sign(1, 0, 0, null);
        Arrival translated = new Arrival(Vectors.address("198.51.100.9"), false, false);
        assertThat(here.verify(toHost, translated, 0).trust()).isEqualTo(Verdict.Trust.PROVEN);
        assertThat(here.verify(toHost, translated, 0).rejection()).isEqualTo(Rejection.REPLAYED);
        assertThat(here.verify(there.sign(1, 0, 0, null), SOURCE, 0))
                .as("one to a host that came to the group")
                .matches(this::isChanged);
    }

    /** It goes on from the counter that it heard last, and may not hear this node any longer: a second master, which must be seen. */
    @Test
    void aFreeBsdThatGoesOnFromACounterOfThisNodeIsHeard() {
        int refused = 0;
        for (int turn = 0; turn < 20; turn++) {
            CountingSigner freeBsd = new CountingSigner(7, OLD, ADDRESSES);
            freeBsd.hear(sign(here));
            Verdict first = here.verify(freeBsd.sign(1, 100), OTHER, turn * SECOND);
            refused += first.countsOn() ? 0 : 1;
            for (int i = 0; i < 1_000; i++) {
                sign(here);
                refused +=
                        here.verify(freeBsd.sign(1, 100), OTHER, turn * SECOND).accepted() ? 0 : 1;
            }
        }
        // Its first one has the mark of this program by chance once in 256 times.
        assertThat(refused).isLessThan(3);
    }

    /** Three nodes, one of them a FreeBSD: what it used in its turn as master the next one of ours does not use again. */
    @Test
    void whatAFreeBsdUsedInItsTurnIsNotUsedAgain() {
        CountingSigner freeBsd = new CountingSigner(7, OLD, ADDRESSES);
        for (int turn = 0; turn < 10; turn++) {
            for (int i = 0; i < 20; i++) {
                CarpAdvertisement ours = sign(here);
                freeBsd.hear(ours);
                assertThat(there.verify(ours, Arrival.toGroup(HERE), 0).accepted())
                        .as("ours")
                        .isTrue();
            }
            for (int i = 0; i < 20; i++) {
                CarpAdvertisement its = freeBsd.sign(1, 100);
                assertThat(here.verify(its, OTHER, 0).accepted()).isTrue();
                assertThat(there.verify(its, OTHER, 0).accepted())
                        .as("FreeBSD's")
                        .isTrue();
            }
        }
    }

    @Test
    void whoeverSendsManyForgedOnesKeepsNoPeerFromBeingHeard() {
        for (int i = 0; i < 5; i++) {
            assertThat(here.verify(sign(there), SOURCE, 0).accepted()).isTrue();
        }
        Random random = new Random(1);
        int unverified = 0;
        for (int i = 0; i < 50_000; i++) {
            CarpAdvertisement forged =
                    new CarpAdvertisement(7, 0, 1, 0, random.nextLong(), Digest.of(new byte[Digest.LENGTH]));
            Rejection rejection =
                    here.verify(forged, OTHER, i * SECOND / 50_000).rejection();
            assertThat(rejection).isIn(Rejection.BAD_AUTH, Rejection.UNVERIFIED);
            unverified += rejection == Rejection.UNVERIFIED ? 1 : 0;
            if (i % 1_000 == 0) {
                assertThat(here.verify(sign(there), SOURCE, i * SECOND / 50_000).accepted())
                        .as("among " + i)
                        .isTrue();
            }
        }
        assertThat(50_000 - unverified)
                .as("verified in a second")
                .isLessThanOrEqualTo(VerificationBudget.PER_SECOND + VerificationBudget.BURST);
    }

    @Test
    void theOldAddressesAreAcceptedForAWhileAfterAChange() {
        AddressSet more = set("10.0.0.1", "10.0.0.2", "2001:db8::1");
        here.changeAddresses(more, 0, 10 * SECOND);
        assertThat(here.verify(sign(there), SOURCE, 9 * SECOND).match())
                .isEqualTo(new DigestMatch(DigestContext.ORIGINAL, true, false));
        assertThat(here.verify(sign(another(OLD, more)), SOURCE, 9 * SECOND).match())
                .isEqualTo(new DigestMatch(DigestContext.ORIGINAL, false, false));
        assertThat(there.verify(sign(here), Arrival.toGroup(HERE), 0).accepted())
                .as("signed with the new ones")
                .isFalse();
        there.hearPeer(1, here.highestSequence(), true, false);
        assertThat(here.verify(sign(there), SOURCE, 10 * SECOND).rejection()).isEqualTo(Rejection.BAD_AUTH);
    }

    @Test
    void changingToTheSameAddressesChangesNothing() {
        here.changeAddresses(set("10.0.0.1", "10.0.0.2"), 0, 10 * SECOND);
        here.changeAddresses(set("10.0.0.2", "10.0.0.1"), SECOND, 10 * SECOND);
        assertThat(here.verify(sign(there), SOURCE, 2 * SECOND).accepted()).isTrue();
    }

    @Test
    void theNextKeyIsAcceptedBeforeItSigns() {
        here.changeSettings(new AuthSettings(7, OLD, NEW, null, null, false));
        Authenticator changed = authenticator(NEW, ADDRESSES);
        assertThat(here.verify(sign(changed), SOURCE, 0).match())
                .isEqualTo(new DigestMatch(DigestContext.ORIGINAL, false, true));
        there.hearPeer(1, here.highestSequence(), true, false);
        assertThat(here.verify(sign(there), SOURCE, 0).match())
                .isEqualTo(new DigestMatch(DigestContext.ORIGINAL, false, false));
        assertThat(changed.verify(sign(here), SOURCE, 0).accepted()).isFalse();
        here.changeSettings(new AuthSettings(7, NEW, OLD, null, null, false));
        assertThat(changed.verify(sign(here), Arrival.toGroup(HERE), 0).accepted())
                .isTrue();
        there.hearPeer(1, here.highestSequence(), true, false);
        assertThat(here.verify(sign(there), SOURCE, 0).accepted()).isTrue();
    }

    @Test
    void theNextKeyAndTheOldAddressesGoTogether() {
        here.changeSettings(new AuthSettings(7, OLD, NEW, null, null, false));
        here.changeAddresses(set("10.0.0.9"), 0, SECOND);
        assertThat(here.verify(sign(authenticator(NEW, ADDRESSES)), SOURCE, 0).match())
                .isEqualTo(new DigestMatch(DigestContext.ORIGINAL, true, true));
    }

    @Test
    void linkLocalAddressesAreAcceptedInEveryContextAndAnsweredInTheSame() {
        AddressSet addresses = set("10.0.0.1", "fe80::1:1");
        Authenticator ours = authenticator(OLD, addresses);
        assertThat(ours.sendContext()).isEqualTo(DigestContext.ORIGINAL);
        for (DigestContext context : DigestContext.values()) {
            Authenticator peer = new Authenticator(
                    new AuthSettings(7, OLD, null, context, null, false),
                    addresses,
                    ours.lastSequences(),
                    new VerificationBudget());
            assertThat(ours.verify(sign(peer), SOURCE, 0).match()).isEqualTo(new DigestMatch(context, false, false));
            assertThat(ours.sendContext()).isEqualTo(context);
            CarpAdvertisement answer = sign(ours);
            AddressSet covered = context.select(addresses, 7);
            assertThat(answer.md()).isEqualTo(new AdvertisementHmac(OLD, 7, covered, null).digest(answer.counter()));
        }
    }

    @Test
    void openBsdIsHeardWithItsOwnLinkLocalAddressAlthoughNobodyConfiguredIt() {
        Authenticator openBsd = authenticator(OLD, set("10.0.0.1", "fe80::200:5eff:fe00:107"));
        Authenticator ours = authenticator(OLD, set("10.0.0.1"));
        assertThat(ours.verify(sign(openBsd), SOURCE, 0).match())
                .isEqualTo(new DigestMatch(DigestContext.AUTOMATIC_LINK_LOCAL, false, false));
    }

    @Test
    void aLladdrSetByHandIsCovered() {
        MacAddress lladdr = MacAddress.parse("02:00:00:00:00:05");
        var settings = new AuthSettings(7, OLD, null, null, lladdr, false);
        Authenticator custom = new Authenticator(settings, ADDRESSES, SequenceMark.NONE, new VerificationBudget());
        assertThat(here.verify(sign(custom), SOURCE, 0).accepted()).isFalse();
        assertThat(new Authenticator(settings, ADDRESSES, SequenceMark.NONE, new VerificationBudget())
                        .verify(sign(custom), SOURCE, 0)
                        .accepted())
                .isTrue();
    }

    @Test
    void aKnownDigestWithOtherValuesRaisesAnAlarmAndIsHeard() {
        CarpAdvertisement genuine = new CountingSigner(7, OLD, ADDRESSES).sign(1, 100);
        CarpAdvertisement forged = new CarpAdvertisement(7, 0, 1, 0, genuine.counter(), genuine.md());
        assertThat(here.verify(genuine, SOURCE, 0).forgery()).isNull();
        assertThat(here.verify(genuine, SOURCE, 0).forgery()).isNull();
        Verdict verdict = here.verify(forged, SOURCE, 0);
        assertThat(verdict.accepted()).isTrue();
        assertThat(verdict.forgery()).isEqualTo(new Forgery(genuine, forged, 2));
        assertThat(verdict.forgery().counterIsConstant()).isFalse();
    }

    @Test
    void aCounterThatNeverChangesIsToldFromAForgery() {
        CarpAdvertisement cookie = new CountingSigner(7, OLD, ADDRESSES).sign(1, 100);
        for (int i = 0; i < 5; i++) {
            here.verify(cookie, SOURCE, 0);
        }
        CarpAdvertisement demoted = new CarpAdvertisement(7, 100, 1, 1, cookie.counter(), cookie.md());
        assertThat(here.verify(demoted, SOURCE, 0).forgery().counterIsConstant())
                .isTrue();
        assertThat(here.verify(demoted, SOURCE, 0).forgery())
                .as("once for each change")
                .isNull();
    }

    @Test
    void theAlarmRemembersOnlySoMuch() {
        CarpAdvertisement genuine = new CountingSigner(7, OLD, ADDRESSES).sign(1, 100);
        here.verify(genuine, SOURCE, 0);
        CountingSigner signer = new CountingSigner(7, OLD, ADDRESSES);
        for (int i = 0; i < ForgeryAlarm.REMEMBERED + 1; i++) {
            here.verify(signer.sign(1, 100), SOURCE, 0);
        }
        assertThat(here.verify(new CarpAdvertisement(7, 0, 1, 0, genuine.counter(), genuine.md()), SOURCE, 0)
                        .forgery())
                .isNull();
    }
}
