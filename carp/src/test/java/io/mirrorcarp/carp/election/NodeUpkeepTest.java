// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.auth.AddressSet;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a master does about addresses that others take away, and about another MAC of its carpdev. */
class NodeUpkeepTest {
    private static final InetAddress WAN = Vectors.address("203.0.113.1");
    private static final InetAddress LAN = Vectors.address("10.0.0.1");

    private final ObedientNode node = new ObedientNode(
            List.of(host("wan", 1, "eth0", WAN), host("dmz", 2, "eth0", LAN), host("lan", 3, "eth1", LAN)));

    private static ElectedHost host(String name, int vhid, String carpdev, InetAddress address) {
        AdvertisementWay way = AdvertisementWay.of(Set.of(), Set.of());
        return new ElectedHost(
                name, carpdev, CarpSettings.of(vhid, 1, 0), "", AddressSet.of(List.of(address)), way, true, 0, 0);
    }

    @BeforeEach
    void becomeMaster() {
        node.start("eth0", "eth1");
        node.until(10_000_000_000L);
        assertThat(node.election.hosts()).allMatch(HostElection::holdsAddresses);
        node.takenNanos.clear();
    }

    @Test
    void anAddressThatIsGoneIsPutBackWhereverItIsAVirtualOne() {
        node.perform(node.election.onAddressGone(LAN, node.nowNanos));
        node.until(node.nowNanos + AddressHold.RETRY_NANOS);
        assertThat(node.takenNanos).containsOnlyKeys("dmz", "lan");
    }

    @Test
    void anAddressOfSomebodyElseMayGo() {
        node.perform(node.election.onAddressGone(Vectors.address("10.0.0.2"), node.nowNanos));
        node.until(node.nowNanos + AddressHold.RETRY_NANOS);
        assertThat(node.takenNanos).isEmpty();
    }

    @Test
    void withAnotherMacWhatIsHeldOnThatCarpdevIsTakenOnceMore() {
        node.perform(node.election.onMacChanged("eth0", node.nowNanos));
        assertThat(node.takenNanos).containsOnlyKeys("wan", "dmz");
    }
}
