// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static io.mirrorcarp.carp.TestNode.address;
import static io.mirrorcarp.carp.TestNode.host;
import static io.mirrorcarp.carp.TestSegment.awaitHeld;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.carp.packet.VirtualMac;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * 200 addresses behind a switch that lets 50 ARP frames a second pass. All have the virtual MAC, so no host has to learn anything, and one frame shows the
 * switch where all of them are.
 */
class PolicedSwitchKernelTest extends SegmentTest {
    private static final int ADDRESSES = 200;
    private static final int FIRST_HOST = 20;
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private static List<String> addresses() {
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < ADDRESSES; i++) {
            addresses.add("10.9.0." + (FIRST_HOST + i) + "/24");
        }
        return addresses;
    }

    private static VirtualHost all(int advskew) {
        return host("wan", 7, "eth0", advskew, addresses().toArray(String[]::new));
    }

    /** As they come in: a broadcast counts once, however many ports it leaves by. */
    private void policeArp() {
        segment.net.run(segment.bridge, "nft add table bridge police");
        segment.net.run(
                segment.bridge,
                "nft add chain bridge police f { type filter hook prerouting priority 0 ; policy accept ; }");
        segment.net.run(
                segment.bridge,
                "nft add rule bridge police f ether type arp limit rate over 50/second burst 5 packets counter drop");
    }

    private void sendToAll(NumberedPackets client) {
        for (int i = 0; i < ADDRESSES; i++) {
            client.send(i, VirtualMac.of(7), address("10.9.0.9"), address("10.9.0." + (FIRST_HOST + i)));
        }
    }

    /** Until each address was reached at a node. */
    private void awaitAll(NumberedPackets client, NumberedPackets node) {
        BitSet seen = new BitSet();
        await().pollInterval(Duration.ofMillis(20)).atMost(LIMIT).untilAsserted(() -> {
            sendToAll(client);
            seen.or(node.seen());
            assertThat(seen.cardinality()).isEqualTo(ADDRESSES);
        });
    }

    @Test
    void noneOfManyAddressesIsLostForLongerThanTwoSeconds() throws Exception {
        policeArp();
        TestNode a = segment.node(segment.firewallA, "a").start(all(10));
        awaitHeld(a, "wan");
        try (NumberedPackets client = NumberedPackets.on(segment.client, "eth0");
                NumberedPackets atA = NumberedPackets.on(segment.firewallA, "eth0");
                NumberedPackets atB = NumberedPackets.on(segment.firewallB, "eth0")) {
            awaitAll(client, atA);
            atB.seen();
            TestNode b = segment.node(segment.firewallB, "b").start(all(50));
            assertThat(atB.seen().cardinality())
                    .as("the control: what goes to the master comes to it alone")
                    .isLessThan(ADDRESSES);
            a.stop();
            awaitHeld(b, "wan");
            awaitAll(client, atB);
        }
        // A host that has spoken with the address before.
        String last = "10.9.0." + (FIRST_HOST + ADDRESSES - 1);
        segment.net.run(
                segment.client, "ip neigh replace " + last + " lladdr " + VirtualMac.of(7) + " dev eth0 nud reachable");
        await().pollInterval(Duration.ofMillis(10))
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(segment.net.run(segment.client, "ping -c1 -W1 " + last))
                        .contains("1 received"));
        assertThat(segment.net.run(segment.bridge, "nft list chain bridge police f"))
                .as("the policer dropped some of the announcements")
                .doesNotContain("packets 0 ");
    }
}
