// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.auth.AddressSet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a master does about addresses that others take away, and about another MAC of its carpdev. */
class NodeUpkeepTest {
    private static final InetAddress WAN = Vectors.address("203.0.113.1");
    private static final InetAddress LAN = Vectors.address("10.0.0.1");

    private final NodeElection node = new NodeElection(
            List.of(host("wan", 1, "eth0", WAN), host("dmz", 2, "eth0", LAN), host("lan", 3, "eth1", LAN)),
            new NodeSettings(true, true, 240, 240, List.of()),
            new Random(1));
    private final List<String> taken = new ArrayList<>();
    private long now;

    private static ElectedHost host(String name, int vhid, String carpdev, InetAddress address) {
        AdvertisementWay way = AdvertisementWay.of(Set.of(), Set.of());
        return new ElectedHost(
                name, carpdev, CarpSettings.of(vhid, 1, 0), "", AddressSet.of(List.of(address)), way, true, 0, 0);
    }

    @BeforeEach
    void becomeMaster() {
        node.onCarpdev("eth0", 2, true, now);
        node.onCarpdev("eth1", 3, true, now);
        node.onOpened("eth0", 2, now);
        node.onOpened("eth1", 3, now);
        perform(node.onStart(now));
        until(10_000_000_000L);
        assertThat(node.hosts()).allMatch(HostElection::holdsAddresses);
        taken.clear();
    }

    private void perform(List<NodeAction> actions) {
        for (NodeAction action : actions) {
            if (action instanceof NodeAction.TakeAddresses take) {
                taken.add(take.host());
                perform(node.onTaken(take.host(), take.attempt(), false, now));
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
    void anAddressThatIsGoneIsPutBackWhereverItIsAVirtualOne() {
        perform(node.onAddressGone(LAN, now));
        until(now + AddressHold.RETRY_NANOS);
        assertThat(taken).containsExactlyInAnyOrder("dmz", "lan");
    }

    @Test
    void anAddressOfSomebodyElseMayGo() {
        perform(node.onAddressGone(Vectors.address("10.0.0.2"), now));
        until(now + AddressHold.RETRY_NANOS);
        assertThat(taken).isEmpty();
    }

    @Test
    void withAnotherMacWhatIsHeldOnThatCarpdevIsTakenOnceMore() {
        perform(node.onMacChanged("eth0", now));
        assertThat(taken).containsExactlyInAnyOrder("wan", "dmz");
    }
}
