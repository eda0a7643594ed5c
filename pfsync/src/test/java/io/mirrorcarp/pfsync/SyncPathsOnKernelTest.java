// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.netio.TestNetwork;
import io.mirrorcarp.pfsync.io.LinuxSyncNetwork;
import io.mirrorcarp.pfsync.io.SyncTransport;
import io.mirrorcarp.pfsync.protocol.Verdict;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.mirrorcarp.pfsync.session.SyncPaths;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two nodes with a cable and a second link between them, or with a router.
 *
 * <pre>
 *  a sync0 192.0.2.1 ------- 192.0.2.2 sync0 b        a wan0 198.51.100.1 --- r --- 203.0.113.1 wan0 b
 *  a lan0  10.9.0.1 -------- 10.9.0.2  lan0  b               fd51::1                     fd71::1
 * </pre>
 */
class SyncPathsOnKernelTest {
    private static final List<String> TWO = List.of("sync0", "lan0");
    private static final List<String> ROUTED = List.of("wan0");

    private TestNetwork net;
    private String a;
    private String b;
    private String r;
    private Node first;
    private Node second;

    @BeforeEach
    void namespaces() {
        net = TestNetwork.create();
        a = net.namespace("a");
        b = net.namespace("b");
    }

    @AfterEach
    void remove() {
        for (Node node : new Node[] {first, second}) {
            if (node != null) {
                node.close();
            }
        }
        net.close();
    }

    private void start(List<String> syncdevs, SyncTransport transport, String peerOfA, String peerOfB)
            throws Exception {
        String[] ofA = peerOfA.isEmpty() ? new String[0] : peerOfA.split(" ");
        String[] ofB = peerOfB.isEmpty() ? new String[0] : peerOfB.split(" ");
        first = new Node(a, 2, new byte[32], syncdevs, transport, ofA);
        second = new Node(b, 1, new byte[32], syncdevs, transport, ofB);
    }

    private void startWithTwo(String peerOfA, String peerOfB) throws Exception {
        Node.join(net, a, b);
        net.veth(a, "lan0", b, "lan0");
        net.run(a, "ip addr add 10.9.0.1/24 dev lan0");
        net.run(b, "ip addr add 10.9.0.2/24 dev lan0");
        start(TWO, SyncTransport.IP, peerOfA, peerOfB);
        Node.awaitInSync(first, second);
        await("the cable in use").atMost(Node.LIMIT).until(() -> inUse(first).equals(List.of("sync0")));
    }

    private static List<String> inUse(Node node) throws Exception {
        return node.snapshot().paths().stream()
                .map(PathSnapshot::standing)
                .filter(SyncPaths.Status::inUse)
                .map(SyncPaths.Status::device)
                .toList();
    }

    private static String fault(Node node, int path) throws Exception {
        return node.snapshot().paths().get(path).standing().fault();
    }

    private void nobodyNoticed() {
        for (Node node : List.of(first, second)) {
            assertThat(node.listener.verdict).isEqualTo(Verdict.IN_SYNC);
            assertThat(node.listener.preemptAllowed).isTrue();
            assertThat(node.listener.told)
                    .noneMatch(line ->
                            line.startsWith("died") || line.startsWith("raised LINK") || line.endsWith("is lost"));
        }
    }

    @Test
    void aPulledCableCostsNothingIsToldAndServesAgain() throws Exception {
        startWithTwo("", "");
        first.table.open(1, 200);
        net.run(a, "ip link set sync0 down");
        first.table.open(201, 400);
        await("all flows").atMost(Node.LIMIT).until(() -> second.table.size() == 400);
        await("the LAN in use").atMost(Node.LIMIT).until(() -> inUse(second).equals(List.of("lan0")));
        assertThat(inUse(first)).containsExactly("lan0");
        assertThat(fault(first, 0)).isEqualTo("the device is down");
        // The kernel tells of a carrier up to a second later.
        await("told")
                .atMost(Node.LIMIT)
                .until(() -> second.listener.told.contains("sync path sync0: no carrier; frames go by lan0"));
        assertThat(fault(second, 0)).isEqualTo("no carrier");
        nobodyNoticed();
        net.run(a, "ip link set sync0 up");
        await("the cable again").atMost(Node.LIMIT).until(() -> inUse(first).equals(List.of("sync0")));
        first.table.open(401, 500);
        await("all flows").atMost(Node.LIMIT).until(() -> second.table.size() == 500);
        assertThat(first.listener.told).contains("sync path sync0 is back; frames go by sync0");
        assertThat(first.count(PfsyncCounter.PATH_CHANGES)).isGreaterThanOrEqualTo(2);
        nobodyNoticed();
    }

    /** The control: with one syncdev the same demotes the node, and its flows do not arrive. */
    @Test
    void withOneSyncdevAPulledCableDemotes() throws Exception {
        Node.join(net, a, b);
        start(List.of("sync0"), SyncTransport.IP, "", "");
        Node.awaitInSync(first, second);
        net.run(a, "ip link set sync0 down");
        first.table.open(1, 100);
        await("demoted").atMost(Node.LIMIT).until(() -> first.listener.told.contains("raised LINK: sync0 is down"));
        assertThat(second.table.size()).isZero();
    }

    /** Each address of syncpeer belongs to the device that leads to it. */
    @Test
    void aPacketFilterThatBlocksOneDirectionOfTheCableIsGoneAround() throws Exception {
        startWithTwo("192.0.2.2 10.9.0.2", "192.0.2.1 10.9.0.1");
        net.run(b, "nft add table inet block");
        net.run(b, "nft add chain inet block in { type filter hook input priority 0 ; }");
        net.run(b, "nft add rule inet block in iifname sync0 meta l4proto 240 drop");
        first.table.open(1, 300);
        second.table.open(301, 600);
        await("all flows").atMost(Node.LIMIT).until(() -> second.table.size() == 600 && first.table.size() == 600);
        await("the LAN in use").atMost(Node.LIMIT).until(() -> inUse(first).equals(List.of("lan0")));
        assertThat(inUse(second)).as("the way back is open").containsExactly("sync0");
        assertThat(first.listener.told)
                .contains("sync path sync0: peer " + b + " does not hear this node by it; frames go by lan0");
        nobodyNoticed();
        net.run(b, "nft delete table inet block");
        await("the cable again").atMost(Node.LIMIT).until(() -> inUse(first).equals(List.of("sync0")));
        nobodyNoticed();
    }

    /** Its connection is made anew over the LAN, and tells of its death at once. */
    @Test
    void theDeathConnectionGoesByThePathThatIsLeft() throws Exception {
        startWithTwo("", "");
        await("connection").atMost(Node.LIMIT).until(() -> connections("192.0.2.2") == 1);
        net.run(a, "ip link set sync0 down");
        await("by the LAN").atMost(Node.LIMIT).until(() -> connections("10.9.0.2") == 1);
        nobodyNoticed();
        await().pollInterval(java.time.Duration.ofMillis(300))
                .atMost(Node.LIMIT)
                .until(() -> {
                    net.run(b, "ss -HKtn state established src 10.9.0.2 sport = :" + LinuxSyncNetwork.PORT);
                    return first.listener.told.stream().anyMatch(line -> line.endsWith("closed its connection"));
                });
    }

    private long connections(String address) {
        return net.run(b, "ss -Htn state established src " + address + " sport = :" + LinuxSyncNetwork.PORT)
                .lines()
                .count();
    }

    private void router() {
        r = net.namespace("r");
        net.veth(a, "wan0", r, "left0");
        net.veth(b, "wan0", r, "right0");
        net.run(r, "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
        net.run(a, "ip addr add 198.51.100.1/24 dev wan0");
        net.run(r, "ip addr add 198.51.100.254/24 dev left0");
        net.run(b, "ip addr add 203.0.113.1/24 dev wan0");
        net.run(r, "ip addr add 203.0.113.254/24 dev right0");
        net.run(a, "ip addr add fd51::1/64 dev wan0 nodad");
        net.run(r, "ip addr add fd51::254/64 dev left0 nodad");
        net.run(b, "ip addr add fd71::1/64 dev wan0 nodad");
        net.run(r, "ip addr add fd71::254/64 dev right0 nodad");
        net.run(a, "ip route add default via 198.51.100.254");
        net.run(b, "ip route add default via 203.0.113.254");
        net.run(a, "ip -6 route add default via fd51::254");
        net.run(b, "ip -6 route add default via fd71::254");
    }

    /** As a cloud's router does. */
    private void dropProtocol240() {
        net.run(r, "nft add table inet cloud");
        net.run(r, "nft add chain inet cloud pass { type filter hook forward priority 0 ; }");
        net.run(r, "nft add rule inet cloud pass meta l4proto 240 drop");
    }

    private void replicate() {
        Node.awaitInSync(first, second);
        first.table.open(1, 300);
        await("all flows").atMost(Node.LIMIT).until(() -> second.table.size() == 300);
    }

    @Test
    void aPeerInAnotherNetworkIsReachedByProtocol240() throws Exception {
        router();
        start(ROUTED, SyncTransport.IP, "203.0.113.1", "198.51.100.1");
        replicate();
        assertThat(second.count(PfsyncCounter.BAD_TTL)).isZero();
    }

    @Test
    void aPeerInAnotherNetworkIsReachedByUdpOverIpv4WhereProtocol240DoesNotPass() throws Exception {
        router();
        dropProtocol240();
        start(ROUTED, SyncTransport.UDP, "203.0.113.1", "198.51.100.1");
        replicate();
        await("connection").atMost(Node.LIMIT).until(() -> connections("203.0.113.1") == 1);
    }

    @Test
    void aPeerInAnotherNetworkIsReachedByUdpOverIpv6WhereProtocol240DoesNotPass() throws Exception {
        router();
        dropProtocol240();
        start(ROUTED, SyncTransport.UDP, "fd71::1", "fd51::1");
        replicate();
        assertThat(second.count(PfsyncCounter.PACKETS_RECEIVED6)).isPositive();
        assertThat(second.count(PfsyncCounter.PACKETS_RECEIVED)).isZero();
    }

    /** The control: what the two tests before go around. */
    @Test
    void protocol240DoesNotPassThere() throws Exception {
        router();
        dropProtocol240();
        start(ROUTED, SyncTransport.IP, "203.0.113.1", "198.51.100.1");
        await("sent").atMost(Node.LIMIT).until(() -> first.count(PfsyncCounter.PACKETS_SENT) > 4);
        assertThat(second.count(PfsyncCounter.PACKETS_RECEIVED)).isZero();
        assertThat(first.listener.verdict).isEqualTo(Verdict.ALONE);
    }

    /** By UDP the seal alone tells who it is. */
    @Test
    void aStrangerWithoutTheKeyIsCountedOverUdp() throws Exception {
        router();
        start(ROUTED, SyncTransport.UDP, "203.0.113.1", "198.51.100.1");
        replicate();
        byte[] other = new byte[32];
        other[0] = 1;
        first.close();
        first = new Node(a, 3, other, ROUTED, SyncTransport.UDP, "203.0.113.1");
        await("counted").atMost(Node.LIMIT).until(() -> second.count(PfsyncCounter.BAD_AUTH) > 0);
        assertThat(second.table.size()).isEqualTo(300);
    }
}
