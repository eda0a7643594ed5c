// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.auth.AddressSet;
import io.mirrorcarp.carp.auth.AuthSettings;
import io.mirrorcarp.carp.auth.Authenticator;
import io.mirrorcarp.carp.auth.CarpKey;
import io.mirrorcarp.carp.auth.CountingSigner;
import io.mirrorcarp.carp.auth.SequenceMark;
import io.mirrorcarp.carp.auth.Verdict;
import io.mirrorcarp.carp.auth.VerificationBudget;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.Advertisement;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.Envelope;
import io.mirrorcarp.carp.packet.Protocol;
import io.mirrorcarp.carp.packet.ReceivedAdvertisement;
import io.mirrorcarp.carp.packet.Rejection;
import io.mirrorcarp.carp.packet.VrrpAdvertisement;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What comes of each kind of advertisement that a virtual host may hear. */
class HostReceptionTest {
    private static final CarpKey KEY = CarpKey.ofPassphrase("secret");
    private static final InetAddress HERE = Vectors.address("10.0.0.2");
    private static final InetAddress THERE = Vectors.address("10.0.0.3");
    private static final InetAddress VIRTUAL = Vectors.address("10.0.0.1");
    private static final AddressSet ADDRESSES = AddressSet.of(List.of(VIRTUAL));
    private static final InetAddress GROUP = Envelope.group(AddressFamily.IPV4);

    private final List<String> outcomes = new ArrayList<>();
    private boolean flooded;

    private final class Wire implements HostReception.Segment, HostReception.Outcome {
        @Override
        public boolean isOwn(InetAddress address) {
            return address.equals(HERE);
        }

        @Override
        public boolean isFlooded() {
            return flooded;
        }

        @Override
        public @Nullable InetAddress sourceTowards(ReceivedAdvertisement received) {
            return HERE;
        }

        @Override
        public void obey(PeerAdvertisement advertisement) {
            outcomes.add("obey " + advertisement.bid() + (advertisement.above() ? " above" : ""));
        }

        @Override
        public void refuse(Rejection why, InetAddress source) {
            outcomes.add("refuse " + why);
        }

        @Override
        public void stranger(Bid bid) {
            outcomes.add("stranger " + bid);
        }

        @Override
        public void unproven(InetAddress source, Verdict.Trust trust) {
            outcomes.add("unproven " + trust);
        }

        @Override
        public void otherAddresses(InetAddress source, String said) {
            outcomes.add("other addresses");
        }

        @Override
        public void report(String what) {
            outcomes.add(what);
        }
    }

    private static Authenticator authenticator(CarpKey key, boolean strict) {
        return new Authenticator(
                AuthSettings.of(7, key).withStrict(strict), ADDRESSES, SequenceMark.NONE, new VerificationBudget());
    }

    private static ElectedHost host(CarpSettings settings) {
        AdvertisementWay way = AdvertisementWay.of(Set.of(GROUP), Set.of());
        return new ElectedHost("lan", "lan0", settings, "", ADDRESSES, way, true, 0, 0);
    }

    private HostReception carp(Authenticator own) {
        Wire wire = new Wire();
        return new HostReception(host(CarpSettings.of(7, 1, 0)), own, null, true, wire, wire);
    }

    private static ReceivedAdvertisement received(InetAddress source, Advertisement said) {
        return new ReceivedAdvertisement(AddressFamily.IPV4, new MacAddress(1), source, GROUP, 255, said);
    }

    private static CarpAdvertisement sign(CarpKey key) {
        return authenticator(key, false).sign(1, 100, 0, THERE);
    }

    @Test
    void oneThatIsSignedWithTheKeyIsObeyed() {
        carp(authenticator(KEY, false)).receive(received(THERE, sign(KEY)), 0);
        assertThat(outcomes).containsExactly("obey " + new CarpBid(1, 100, 0));
    }

    @Test
    void oneByAnotherWayIsRefused() {
        InetAddress otherGroup = Vectors.address("224.0.0.19");
        carp(authenticator(KEY, false))
                .receive(
                        new ReceivedAdvertisement(
                                AddressFamily.IPV4, new MacAddress(1), THERE, otherGroup, 255, sign(KEY)),
                        0);
        assertThat(outcomes).containsExactly("refuse BAD_VHID");
    }

    /** Neighbours believe a master whatever its passphrase. Whoever floods is none. */
    @Test
    void oneWithAnotherKeyIsThatOfAStrangerUnlessSomebodyFloods() {
        HostReception reception = carp(authenticator(KEY, false));
        CarpKey other = CarpKey.ofPassphrase("another");
        reception.receive(received(THERE, sign(other)), 0);
        assertThat(outcomes).containsExactly("refuse BAD_AUTH", "stranger " + new CarpBid(1, 100, 0));
        outcomes.clear();
        flooded = true;
        reception.receive(received(THERE, sign(other)), 0);
        assertThat(outcomes).containsExactly("refuse BAD_AUTH");
    }

    @Test
    void oneThatProvesNothingWhereItHasToIsToldAndThatOfAStranger() {
        CountingSigner bsd = new CountingSigner(7, KEY, ADDRESSES);
        carp(authenticator(KEY, true)).receive(received(THERE, bsd.sign(1, 100)), 0);
        assertThat(outcomes).containsExactly("refuse UNPROVEN", "stranger " + new CarpBid(1, 100, 0), "unproven PLAIN");
    }

    @Test
    void aFreeBsdIsObeyedAndWarnedOfOnce() {
        Authenticator own = authenticator(KEY, false);
        HostReception reception = carp(own);
        for (int turn = 0; turn < 3; turn++) {
            CountingSigner freeBsd = new CountingSigner(7, KEY, ADDRESSES);
            freeBsd.hear(own.sign(1, 0, 0, HERE));
            reception.receive(received(THERE, freeBsd.sign(1, 100)), 0);
        }
        assertThat(outcomes).filteredOn(outcome -> outcome.startsWith("obey")).hasSize(3);
        assertThat(outcomes)
                .filteredOn(outcome -> outcome.startsWith("peer 10.0.0.3 counts as FreeBSD does"))
                .hasSize(1);
    }

    @Test
    void oneThatSomebodyChangedIsToldTheFirstTimeAndEachTimeThatThereAreTwiceAsMany() {
        HostReception reception = carp(authenticator(KEY, false));
        Authenticator there = authenticator(KEY, false);
        for (int i = 0; i < 4; i++) {
            CarpAdvertisement genuine = there.sign(1, 100, 0, THERE);
            CarpAdvertisement changed = new CarpAdvertisement(7, 0, 1, 0, genuine.counter(), genuine.md());
            reception.receive(received(THERE, changed), 0);
        }
        assertThat(outcomes)
                .filteredOn(outcome -> outcome.equals("refuse UNPROVEN"))
                .hasSize(4);
        assertThat(outcomes)
                .filteredOn(outcome -> outcome.contains("somebody on the segment changed"))
                .extracting(outcome -> outcome.substring(outcome.indexOf(" (")))
                .containsExactly(" (1 so far)", " (2 so far)", " (4 so far)");
        assertThat(outcomes).noneMatch(outcome -> outcome.startsWith("stranger") || outcome.startsWith("obey"));
        assertThat(reception.forgeries()).isEqualTo(4);
    }

    private static final CarpSettings VRRP =
            CarpSettings.of(7, new VrrpRules(Protocol.VRRP2, 100, 100)).withFamilies(Set.of(AddressFamily.IPV4));

    private void hearVrrp(InetAddress source, CarpKey key, InetAddress address) {
        Wire wire = new Wire();
        VrrpMessages own = new VrrpMessages(VRRP, KEY, List.of(VIRTUAL));
        VrrpAdvertisement said =
                new VrrpMessages(VRRP, key, List.of(address)).make(new VrrpBid(90, 100), AddressFamily.IPV4);
        new HostReception(host(VRRP), authenticator(KEY, false), own, false, wire, wire)
                .receive(received(source, said), 0);
    }

    @Test
    void aRouterOfVrrpIsObeyedAndItsAddressIsCompared() {
        hearVrrp(THERE, KEY, VIRTUAL);
        hearVrrp(VIRTUAL, KEY, VIRTUAL);
        assertThat(outcomes).containsExactly("obey " + new VrrpBid(90, 100) + " above", "obey " + new VrrpBid(90, 100));
    }

    @Test
    void aRouterOfVrrpWithOtherAddressesIsToldAndObeyedAllTheSame() {
        hearVrrp(THERE, KEY, Vectors.address("10.0.0.9"));
        assertThat(outcomes).containsExactly("other addresses", "obey " + new VrrpBid(90, 100) + " above");
    }

    @Test
    void whatThisNodeSentItselfOrHasAnotherPasswordIsRefused() {
        hearVrrp(HERE, KEY, VIRTUAL);
        hearVrrp(THERE, CarpKey.ofPassphrase("another"), VIRTUAL);
        assertThat(outcomes).containsExactly("refuse REPLAYED", "refuse BAD_AUTH");
    }
}
