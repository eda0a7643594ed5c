// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.auth.AddressSet;
import io.mirrorcarp.carp.packet.AddressFamily;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A preferred node starts beside a master that lives, while the switch port of one of its carpdevs passes no frames yet. */
class NodeStartTest {
    private static final long SECOND = 1_000_000_000;
    private static final long PORT_OPENS = 8 * SECOND;
    private static final InetAddress PEER = Vectors.address("10.0.0.3");

    private ObedientNode node;

    private static ElectedHost host(String name, int vhid, long upDelayNanos) {
        InetAddress address = Vectors.address("10.0." + vhid + ".1");
        CarpSettings settings = CarpSettings.of(vhid, 1, 0).withPreempt(true);
        AdvertisementWay way = AdvertisementWay.of(Set.of(), Set.of());
        return new ElectedHost(
                name, name + "0", settings, "", AddressSet.of(List.of(address)), way, true, upDelayNanos, 0);
    }

    private void start(long upDelayNanos) {
        node = new ObedientNode(List.of(host("wan", 1, 0), host("lan", 2, upDelayNanos)));
        node.start("wan0", "lan0");
        for (long second = 1; second <= 20; second++) {
            node.until(second * SECOND);
            hear("wan");
            if (node.nowNanos >= PORT_OPENS) {
                hear("lan");
            }
        }
    }

    private void hear(String name) {
        if (!node.takenNanos.containsKey(name)) {
            PeerAdvertisement advertisement = new PeerAdvertisement(AddressFamily.IPV4, PEER, 1, 100, 0);
            node.perform(node.election.onAdvertisement(name, advertisement, node.nowNanos));
        }
    }

    @Test
    void withAnUpDelayThatIsLongEnoughAllAddressesAreTakenTogetherWhenThePortPassesFrames() {
        start(12 * SECOND);
        assertThat(node.takenNanos).containsOnlyKeys("wan", "lan");
        assertThat(node.takenNanos.get("lan")).isGreaterThanOrEqualTo(12 * SECOND);
        assertThat(node.takenNanos.get("wan")).isEqualTo(node.takenNanos.get("lan"));
    }

    @Test
    void withoutOneThisNodeIsASecondMasterBehindThePortThatPassesNothing() {
        start(0);
        assertThat(node.takenNanos.get("lan")).as("control").isLessThan(PORT_OPENS);
    }
}
