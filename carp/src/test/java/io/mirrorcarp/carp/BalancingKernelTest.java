// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static io.mirrorcarp.carp.TestNode.host;
import static io.mirrorcarp.carp.TestSegment.awaitHeld;
import static io.mirrorcarp.carp.TestSegment.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.Nudge;
import io.mirrorcarp.carp.io.ArpProbe;
import io.mirrorcarp.carp.packet.BalancingMode;
import io.mirrorcarp.carp.packet.IpBalancing;
import io.mirrorcarp.carp.packet.VirtualMac;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Vhids 1 and 2 on 10.9.0.1 and fd09::1, each preferred on one node. What a node keeps it forwards to a network behind, where it is counted by the node.
 *
 * <pre>
 *   client eth0 --- br0 --- fw-a eth0, fw-a eth1 --- from-a of behind
 *                       --- fw-b eth0, fw-b eth1 --- from-b of behind
 * </pre>
 */
class BalancingKernelTest {
    private static final String SHARED = "10.9.0.1";
    private static final String SHARED_IPV6 = "fd09::1";
    private static final List<Integer> VHIDS = List.of(1, 2);
    private static final int FLOWS = 16;
    /** Between a node that keeps a slot and the one before it lies the way of an advertisement. */
    private static final long MOVE_NANOS = TimeUnit.MILLISECONDS.toNanos(60);

    @TempDir
    Path directory;

    private TestSegment segment;
    private String behind;
    private TestNode nodeA;
    private TestNode nodeB;

    @BeforeEach
    void topology() {
        segment = new TestSegment(directory);
        behind = segment.net.namespace("behind");
        connect(segment.firewallA, "from-a");
        connect(segment.firewallB, "from-b");
    }

    /** What goes to 10.77.0.0/16 and fd77::/16 leaves by a neighbour that needs not be asked for. */
    private void connect(String firewall, String device) {
        segment.net.veth(firewall, "eth1", behind, device);
        segment.net.run(firewall, "sysctl -qw net.ipv4.ip_forward=1");
        segment.net.run(firewall, "sysctl -qw net.ipv6.conf.all.forwarding=1");
        segment.net.run(firewall, "ip addr add 10.66.0.1/24 dev eth1");
        segment.net.run(firewall, "ip addr add fd66::1/64 dev eth1 nodad");
        segment.net.run(firewall, "ip neigh add 10.66.0.9 lladdr 02:00:00:00:00:09 dev eth1");
        segment.net.run(firewall, "ip neigh add fd66::9 lladdr 02:00:00:00:00:09 dev eth1");
        segment.net.run(firewall, "ip route add 10.77.0.0/16 via 10.66.0.9");
        segment.net.run(firewall, "ip route add fd77::/16 via fd66::9");
    }

    @AfterEach
    void remove() throws Exception {
        if (segment != null) {
            segment.remove();
        }
    }

    private TestNode start(String firewall, BalancingMode mode, int advskew1, int advskew2) throws Exception {
        Attachment balanced = Attachment.DEFAULT.withBalancing(new IpBalancing(mode, VHIDS));
        return segment.start(
                firewall,
                host("one", 1, "eth0", advskew1, SHARED + "/24", SHARED_IPV6 + "/64")
                        .withAttachment(balanced),
                host("two", 2, "eth0", advskew2, SHARED + "/24", SHARED_IPV6 + "/64")
                        .withAttachment(balanced));
    }

    private static void assumeQuick(BalancingMode mode) {
        assumeTrue(
                mode == BalancingMode.IP_STEALTH || Boolean.getBoolean("load"), "some seconds more: bin/test --load");
    }

    private void startBoth(BalancingMode mode) throws Exception {
        if (mode == BalancingMode.IP_UNICAST) {
            // A hub, which this mode needs.
            segment.net.run(segment.bridge, "ip link set br0 type bridge ageing_time 0");
        }
        nodeA = start(segment.firewallA, mode, 25, 60);
        nodeB = start(segment.firewallB, mode, 60, 25);
        awaitHeld(nodeA, "one");
        awaitHeld(nodeB, "two");
        nodeA.awaitState("two", CarpState.BACKUP);
        nodeB.awaitState("one", CarpState.BACKUP);
    }

    /** Sends numbered packets until it is told to end: by turns of the flows, IPv4 and IPv6, each with its time. */
    private static final class Sender implements Runnable {
        private final List<Long> times = new ArrayList<>();
        private final NumberedPackets out;
        private final MacAddress mac;
        private volatile boolean ended;

        Sender(NumberedPackets out, MacAddress mac) {
            this.out = out;
            this.mac = mac;
        }

        @Override
        public void run() {
            while (!ended) {
                sendOne();
                LockSupport.parkNanos(100_000);
            }
        }

        void sendOne() {
            int number = times.size();
            times.add(System.nanoTime());
            out.send(number, mac, source(number), destination(number));
        }
    }

    private static InetAddress source(int number) {
        int flow = number % FLOWS;
        return TestNode.address(number / FLOWS % 2 == 0 ? "10.9.0." + (32 + flow) : "fd09::" + (32 + flow));
    }

    private static InetAddress destination(int number) {
        return TestNode.address(number / FLOWS % 2 == 0 ? "10.77.0.7" : "fd77::7");
    }

    /** While slot 2 moves to node A and back, and then with node B's end. */
    @ParameterizedTest
    @EnumSource
    void eachPacketIsKeptByExactlyOneNodeWhileRolesMove(BalancingMode mode) throws Exception {
        assumeQuick(mode);
        startBoth(mode);
        IpBalancing rule = new IpBalancing(mode, VHIDS);
        try (NumberedPackets out = NumberedPackets.on(segment.client, "eth0");
                NumberedPackets byA = NumberedPackets.on(behind, "from-a");
                NumberedPackets byB = NumberedPackets.on(behind, "from-b")) {
            Sender sender = new Sender(out, rule.mac());
            Thread sending = new Thread(sender);
            sending.start();
            List<Long> moves = new ArrayList<>();
            awaitKept(byB);
            moves.add(System.nanoTime());
            TestNode.get(nodeB.verticle().nudge("two", Nudge.DOWN));
            awaitHeld(nodeA, "two");
            moves.add(System.nanoTime());
            awaitKept(byA);
            moves.add(System.nanoTime());
            TestNode.get(nodeB.verticle().nudge("two", Nudge.UP));
            awaitHeld(nodeB, "two");
            nodeA.awaitState("two", CarpState.BACKUP);
            moves.add(System.nanoTime());
            awaitKept(byB);
            sender.ended = true;
            sending.join();
            awaitLast(sender.times.size(), byA, byB);
            assertKeptOnce(rule, sender.times, moves, byA, byB);
            assertKeptTwiceWithoutTheRule(sender, byA, byB);
        }
    }

    /** Some hundred packets more. */
    private static void awaitKept(NumberedPackets by) {
        int before = by.seen().cardinality();
        eventually(() -> assertThat(by.seen().cardinality()).isGreaterThan(before + 200));
    }

    private static void awaitLast(int sent, NumberedPackets byA, NumberedPackets byB) {
        eventually(() -> {
            BitSet all = byA.seen();
            all.or(byB.seen());
            assertThat(all.length()).isEqualTo(sent);
        });
    }

    private static void assertKeptOnce(
            IpBalancing rule, List<Long> times, List<Long> moves, NumberedPackets byA, NumberedPackets byB) {
        BitSet a = byA.seen();
        BitSet b = byB.seen();
        int[] moving = new int[3];
        for (int number = 0; number < times.size(); number++) {
            int slot = rule.slotOf(source(number), destination(number));
            int kept = (a.get(number) ? 1 : 0) + (b.get(number) ? 1 : 0);
            if (slot == 0) {
                assertThat(a.get(number) && !b.get(number))
                        .as("packet " + number + " of the slot that stays is kept by node A alone")
                        .isTrue();
            } else if (isMoving(times.get(number), moves)) {
                moving[kept]++;
            } else {
                assertThat(kept).as("nodes that keep packet " + number).isEqualTo(1);
            }
        }
        assertThat(byA.twice() + byB.twice()).as("doubled by a node").isZero();
        System.out.println(rule.mode() + ": of " + times.size() + " packets, while slot 1 moved twice, " + moving[0]
                + " were kept by none, " + moving[1] + " by one and " + moving[2] + " by two");
    }

    private static boolean isMoving(long nanos, List<Long> moves) {
        for (int i = 0; i < moves.size(); i += 2) {
            if (nanos >= moves.get(i) && nanos <= moves.get(i + 1) + MOVE_NANOS) {
                return true;
            }
        }
        return false;
    }

    private void assertKeptTwiceWithoutTheRule(Sender sender, NumberedPackets byA, NumberedPackets byB) {
        segment.net.run(segment.firewallA, "tc filter del dev eth0 ingress");
        segment.net.run(segment.firewallB, "tc filter del dev eth0 ingress");
        int first = sender.times.size();
        for (int i = 0; i < 100; i++) {
            sender.sendOne();
        }
        BitSet all = new BitSet();
        all.set(first, first + 100);
        eventually(() -> {
            BitSet both = byA.seen();
            both.and(byB.seen());
            both.and(all);
            assertThat(both.cardinality()).as("kept by both").isEqualTo(100);
        });
    }

    /** The sum of addresses is even for .8 and odd for .9, so that a client at either is served by another node. */
    @ParameterizedTest
    @EnumSource
    void theMasterOfTheLeaderAloneAnswersAndBothNodesServe(BalancingMode mode) throws Exception {
        assumeQuick(mode);
        String mac = new IpBalancing(mode, VHIDS).mac().toString();
        String other = segment.net.namespace("other");
        segment.attach(other, "port-d", 8);
        try (FrameCapture virtual = FrameCapture.of(segment.client, "eth0", VirtualMac.of(1))) {
            startBoth(mode);
            for (String client : List.of(segment.client, other)) {
                for (String address : List.of(SHARED, SHARED_IPV6)) {
                    segment.assertPing(client, address);
                    assertThat(segment.net.run(client, "ip neigh show " + address))
                            .contains(mac);
                }
            }
            eventually(() -> assertThat(ArpProbe.answers(segment.client, SHARED, "10.9.0.2", true))
                    .containsExactly(mac));
            nodeA.stop();
            awaitHeld(nodeB, "one");
            for (String client : List.of(segment.client, other)) {
                segment.net.run(client, "ip neigh flush dev eth0");
                segment.assertPing(client, SHARED);
                segment.assertPing(client, SHARED_IPV6);
            }
            if (mode == BalancingMode.IP_UNICAST) {
                eventually(() -> assertThat(virtual.frames()).isNotEmpty());
            } else {
                assertThat(virtual.frames()).as("frames from the virtual MAC").isEmpty();
            }
        }
    }

    @Test
    void multicastThatHasTheMacOfABalancedAddressStaysMulticast() throws Exception {
        startBoth(BalancingMode.IP);
        IpBalancing rule = new IpBalancing(BalancingMode.IP, VHIDS);
        MacAddress group = MacAddress.ofMulticast(TestNode.address("224.0.1.1"));
        assertThat(group).isEqualTo(rule.mac());
        String counter = "nft add table ip seen; add chain ip seen in { type filter hook prerouting priority 0; };"
                + " add rule ip seen in ip daddr 224.0.1.1 meta pkttype multicast counter";
        segment.net.run(segment.firewallA, counter);
        segment.net.run(segment.firewallB, counter);
        try (NumberedPackets out = NumberedPackets.on(segment.client, "eth0")) {
            for (int number = 0; number < FLOWS; number++) {
                out.send(number, group, source(number), TestNode.address("224.0.1.1"));
            }
        }
        for (String firewall : List.of(segment.firewallA, segment.firewallB)) {
            eventually(() -> assertThat(segment.net.run(firewall, "nft list table ip seen"))
                    .contains("packets " + FLOWS + " "));
        }
    }
}
