// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import static io.mirrorcarp.carp.auth.AddressSetTest.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.Digest;
import io.mirrorcarp.carp.packet.MacAddress;
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

    private static final InetAddress SOURCE = Vectors.address("10.0.0.2");
    private static final InetAddress OTHER = Vectors.address("10.0.0.3");

    private final Authenticator here = authenticator(OLD, ADDRESSES);
    private final Authenticator there = authenticator(OLD, ADDRESSES);

    private static Authenticator authenticator(CarpKey key, AddressSet addresses) {
        return new Authenticator(AuthSettings.of(7, key), addresses, new Random());
    }

    private static CarpAdvertisement sign(Authenticator signer) {
        CarpAdvertisement signed = signer.sign(1, 0, 0);
        signer.sent(signed, SOURCE);
        return signed;
    }

    @Test
    void whatOneSignsTheOtherAccepts() {
        CarpAdvertisement advertisement = there.sign(1, 100, 3);
        assertThat(advertisement.vhid()).isEqualTo(7);
        assertThat(advertisement.advbase()).isEqualTo(1);
        assertThat(advertisement.advskew()).isEqualTo(100);
        assertThat(advertisement.demote()).isEqualTo(3);
        assertThat(here.verify(advertisement, SOURCE, 0))
                .isEqualTo(new Verdict(null, new DigestMatch(DigestContext.ORIGINAL, false, false), null, false));
    }

    @Test
    void anotherKeyAddressVhidCounterOrDigestIsBadAuthentication() {
        assertBad(sign(authenticator(NEW, ADDRESSES)));
        assertBad(sign(authenticator(OLD, set("10.0.0.1"))));
        assertBad(sign(new Authenticator(AuthSettings.of(8, OLD), ADDRESSES, new Random())));
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
    void theCounterStartsAnywhereAndGrowsByOneWhateverIsHeard() {
        CarpAdvertisement first = sign(here);
        here.verify(sign(there), SOURCE, 0);
        assertThat(sign(here).counter()).isEqualTo(first.counter() + 1);
        assertThat(sign(authenticator(OLD, ADDRESSES)).counter()).isNotEqualTo(first.counter());
    }

    @Test
    void anOwnAdvertisementThatComesBackIsKnown() {
        CarpAdvertisement own = sign(here);
        for (int i = 1; i < ReflectionFilter.REMEMBERED; i++) {
            sign(here);
        }
        assertThat(here.verify(own, SOURCE, 0).rejection()).isEqualTo(Rejection.REPLAYED);
        assertThat(there.verify(own, SOURCE, 0).accepted()).isTrue();
        sign(here);
        assertThat(here.verify(own, SOURCE, 0).rejection()).as("however old").isEqualTo(Rejection.REPLAYED);
    }

    @Test
    void anOwnAdvertisementSentAgainByAnybodyIsRefusedHoweverOldAndWhateverItSays() {
        List<CarpAdvertisement> own = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            own.add(sign(here));
        }
        for (int age = ReflectionFilter.REMEMBERED; age < own.size(); age += 37) {
            CarpAdvertisement old = own.get(own.size() - 1 - age);
            CarpAdvertisement better = new CarpAdvertisement(7, 0, 1, 0, old.counter(), old.md());
            assertThat(here.verify(old, OTHER, 0).rejection()).as("age " + age).isEqualTo(Rejection.REPLAYED);
            assertThat(here.verify(better, OTHER, 0).rejection())
                    .as("age " + age)
                    .isEqualTo(Rejection.REPLAYED);
        }
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
            assertThat(here.verify(old, SOURCE, 0).rejection()).isEqualTo(Rejection.REPLAYED);
            CarpAdvertisement better = new CarpAdvertisement(7, 0, 1, 0, old.counter(), old.md());
            assertThat(here.verify(better, OTHER, 0).rejection()).isEqualTo(Rejection.REPLAYED);
        }
        assertThat(here.verify(sign(there), SOURCE, 0).accepted())
                .as("control: the next one")
                .isTrue();
        Authenticator restarted = authenticator(OLD, ADDRESSES);
        assertThat(here.verify(sign(restarted), SOURCE, 0).accepted())
                .as("control: another life")
                .isTrue();
    }

    /** A FreeBSD that does not hear this node any longer goes on from the counter that it heard last, more slowly: a second master, which must be seen. */
    @Test
    void aFreeBsdThatIsDeafIsHeardThoughItsCountersWereUsedHere() {
        CountingSigner freeBsd = new CountingSigner(7, OLD, ADDRESSES);
        freeBsd.hear(sign(here));
        for (int i = 0; i < 500; i++) {
            sign(here);
            if (i % 2 == 0) {
                assertThat(here.verify(freeBsd.sign(1, 100), OTHER, 0).accepted())
                        .as("advertisement " + i)
                        .isTrue();
            }
        }
    }

    /** Three nodes, one of them a FreeBSD: what it used in its turn as master the next one of ours does not use again. */
    @Test
    void whatAFreeBsdUsedInItsTurnIsNotUsedAgain() {
        CountingSigner freeBsd = new CountingSigner(7, OLD, ADDRESSES);
        for (int turn = 0; turn < 10; turn++) {
            for (int i = 0; i < 20; i++) {
                CarpAdvertisement ours = sign(here);
                freeBsd.hear(ours);
                assertThat(there.verify(ours, SOURCE, 0).accepted()).as("ours").isTrue();
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

    /** It goes on from the counter of this node that it heard last, plus one. */
    @Test
    void whatFreeBsdSignsWithACounterThatWasUsedHereIsHeard() {
        CarpAdvertisement own = here.sign(1, 100, 0);
        here.sent(own, SOURCE);
        CarpAdvertisement better = new CarpAdvertisement(7, 0, 1, 0, own.counter(), own.md());
        assertThat(here.verify(better, OTHER, 0)).matches(Verdict::accepted).matches(Verdict::countsOn);
        assertThat(here.verify(own, OTHER, 0)).as("an equal one").matches(Verdict::accepted);
        assertThat(here.verify(better, SOURCE, 0))
                .as("from the virtual address, which is a source of both")
                .matches(Verdict::accepted);
        assertThat(here.verify(own, SOURCE, 0).rejection()).isEqualTo(Rejection.REPLAYED);
        assertThat(here.verify(there.sign(1, 0, 0), OTHER, 0).countsOn()).isFalse();
    }

    @Test
    void whereTheKernelChoseTheSourceTheRestDecides() {
        CarpAdvertisement own = here.sign(1, 100, 0);
        here.sent(own, null);
        assertThat(here.verify(own, OTHER, 0).rejection()).isEqualTo(Rejection.REPLAYED);
        assertThat(here.verify(new CarpAdvertisement(7, 99, 1, 0, own.counter(), own.md()), OTHER, 0)
                        .accepted())
                .isTrue();
    }

    @Test
    void theOldAddressesAreAcceptedForAWhileAfterAChange() {
        AddressSet more = set("10.0.0.1", "10.0.0.2", "2001:db8::1");
        here.changeAddresses(more, 0, 10 * SECOND);
        assertThat(here.verify(sign(there), SOURCE, 9 * SECOND).match())
                .isEqualTo(new DigestMatch(DigestContext.ORIGINAL, true, false));
        assertThat(here.verify(sign(authenticator(OLD, more)), SOURCE, 9 * SECOND)
                        .match())
                .isEqualTo(new DigestMatch(DigestContext.ORIGINAL, false, false));
        assertThat(there.verify(sign(here), SOURCE, 0).accepted())
                .as("signed with the new ones")
                .isFalse();
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
        here.changeSettings(new AuthSettings(7, OLD, NEW, null, null));
        Authenticator changed = authenticator(NEW, ADDRESSES);
        assertThat(here.verify(sign(changed), SOURCE, 0).match())
                .isEqualTo(new DigestMatch(DigestContext.ORIGINAL, false, true));
        assertThat(here.verify(sign(there), SOURCE, 0).match())
                .isEqualTo(new DigestMatch(DigestContext.ORIGINAL, false, false));
        assertThat(changed.verify(sign(here), SOURCE, 0).accepted()).isFalse();
        here.changeSettings(new AuthSettings(7, NEW, OLD, null, null));
        assertThat(changed.verify(sign(here), SOURCE, 0).accepted()).isTrue();
        assertThat(here.verify(sign(there), SOURCE, 0).accepted()).isTrue();
    }

    @Test
    void theNextKeyAndTheOldAddressesGoTogether() {
        here.changeSettings(new AuthSettings(7, OLD, NEW, null, null));
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
            Authenticator peer =
                    new Authenticator(new AuthSettings(7, OLD, null, context, null), addresses, new Random());
            assertThat(ours.verify(sign(peer), SOURCE, 0).match()).isEqualTo(new DigestMatch(context, false, false));
            assertThat(ours.sendContext()).isEqualTo(context);
            Digest answer = sign(ours).md();
            assertThat(answer).isEqualTo(digest(context.select(addresses, 7), ours));
        }
    }

    /** The digest that a peer with just these addresses makes for the counter of the last signature. */
    private static Digest digest(AddressSet covered, Authenticator signer) {
        long counter = sign(signer).counter() - 1;
        return new AdvertisementHmac(OLD, 7, covered, null).digest(counter);
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
        var settings = new AuthSettings(7, OLD, null, null, lladdr);
        Authenticator custom = new Authenticator(settings, ADDRESSES, new Random());
        assertThat(here.verify(sign(custom), SOURCE, 0).accepted()).isFalse();
        assertThat(new Authenticator(settings, ADDRESSES, new Random())
                        .verify(sign(custom), SOURCE, 0)
                        .accepted())
                .isTrue();
    }

    @Test
    void aKnownDigestWithOtherValuesRaisesAnAlarmAndIsHeard() {
        CarpAdvertisement genuine = there.sign(1, 100, 0);
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
        CarpAdvertisement cookie = there.sign(1, 100, 0);
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
        CarpAdvertisement genuine = there.sign(1, 100, 0);
        here.verify(genuine, SOURCE, 0);
        for (int i = 0; i < ForgeryAlarm.REMEMBERED; i++) {
            here.verify(sign(there), SOURCE, 0);
        }
        assertThat(here.verify(new CarpAdvertisement(7, 0, 1, 0, genuine.counter(), genuine.md()), SOURCE, 0)
                        .forgery())
                .isNull();
    }
}
