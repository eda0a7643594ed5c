// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.auth.AddressSet;
import io.mirrorcarp.carp.packet.AddressFamily;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A preferred node starts beside a master that lives, while the switch port of one of its carpdevs passes no frames yet. */
class NodeStartTest {
    private static final long SECOND = 1_000_000_000;
    private static final long PORT_OPENS = 8 * SECOND;
    private static final InetAddress PEER = Vectors.address("10.0.0.3");

    private final Map<String, Long> takenNanos = new TreeMap<>();
    private NodeElection node;
    private long now;

    private static ElectedHost host(String name, int vhid, long upDelayNanos) {
        InetAddress address = Vectors.address("10.0." + vhid + ".1");
        CarpSettings settings = CarpSettings.of(vhid, 1, 0).withPreempt(true);
        AdvertisementWay way = AdvertisementWay.of(Set.of(), Set.of());
        return new ElectedHost(
                name, name + "0", settings, "", AddressSet.of(List.of(address)), way, true, upDelayNanos, 0);
    }

    private void start(long upDelayNanos) {
        node = new NodeElection(
                List.of(host("wan", 1, 0), host("lan", 2, upDelayNanos)),
                new NodeSettings(true, true, 240, 240, List.of()),
                new Random(1));
        for (String carpdev : List.of("wan0", "lan0")) {
            node.onCarpdev(carpdev, 2, true, now);
            node.onOpened(carpdev, 2, now);
        }
        perform(node.onStart(now));
        for (long second = 1; second <= 20; second++) {
            until(second * SECOND);
            hear("wan");
            if (now >= PORT_OPENS) {
                hear("lan");
            }
        }
    }

    private void hear(String name) {
        if (!takenNanos.containsKey(name)) {
            perform(node.onAdvertisement(name, new PeerAdvertisement(AddressFamily.IPV4, PEER, 1, 100, 0), now));
        }
    }

    private void perform(List<NodeAction> actions) {
        for (NodeAction action : actions) {
            if (action instanceof NodeAction.TakeAddresses take) {
                takenNanos.put(take.host(), now);
                perform(node.onTaken(take.host(), take.attempt(), true, now));
            } else if (action instanceof NodeAction.ReadSockets) {
                perform(node.onSocketsRead(now));
            }
        }
    }

    private void until(long thenNanos) {
        while (node.nextDeadlineNanos() <= thenNanos) {
            now = Math.max(now, node.nextDeadlineNanos());
            perform(node.onDeadline(now));
        }
        now = thenNanos;
    }

    @Test
    void withAnUpDelayThatIsLongEnoughAllAddressesAreTakenTogetherWhenThePortPassesFrames() {
        start(12 * SECOND);
        assertThat(takenNanos).containsOnlyKeys("wan", "lan");
        assertThat(takenNanos.get("lan")).isGreaterThanOrEqualTo(12 * SECOND);
        assertThat(takenNanos.get("wan")).isEqualTo(takenNanos.get("lan"));
    }

    @Test
    void withoutOneThisNodeIsASecondMasterBehindThePortThatPassesNothing() {
        start(0);
        assertThat(takenNanos.get("lan")).as("control").isLessThan(PORT_OPENS);
    }
}
