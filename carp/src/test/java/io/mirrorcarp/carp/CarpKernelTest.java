// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static io.mirrorcarp.carp.TestNode.host;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.Nudge;
import io.mirrorcarp.carp.io.CarpNetwork;
import io.mirrorcarp.carp.io.LinuxCarpNetwork;
import io.mirrorcarp.carp.io.VirtualAddresses;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NamespacedVertx;
import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.netio.PacketSocket;
import io.mirrorcarp.netio.Scheduling;
import io.mirrorcarp.netio.TestNetwork;
import io.mirrorcarp.netio.route.Rtnetlink;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * <pre>
 *   fw-a eth0 10.9.0.2/24 ---+
 *   fw-b eth0 10.9.0.3/24 ---+--- bridge br0 (port-a, port-b, port-c)       virtual: 10.9.0.1/24, fd09::1/64, vhid 7
 *   client eth0 10.9.0.9/24 -+
 * </pre>
 */
class CarpKernelTest {
    private static final String VIRTUAL_MAC = "00:00:5e:00:01:07";
    private static final VirtualHost PREFERRED = host("wan", 7, "eth0", 25, "10.9.0.1/24", "fd09::1/64");
    private static final VirtualHost SPARE = host("wan", 7, "eth0", 50, "10.9.0.1/24", "fd09::1/64");

    /** Frames from the virtual MAC. */
    private static final BpfProgram FROM_VIRTUAL_MAC = new BpfProgram.Builder()
            .loadWord(6)
            .jumpEqual(0x0000_5e00, 0, 3)
            .loadHalf(10)
            .jumpEqual(0x0107, 0, 1)
            .accept()
            .drop()
            .build();

    @TempDir
    Path directory;

    private TestNetwork net;
    private String bridge;
    private String firewallA;
    private String firewallB;
    private String client;
    private final List<NamespacedVertx> vertxes = new ArrayList<>();
    private final List<TestNode> nodes = new ArrayList<>();

    @BeforeEach
    void topology() {
        net = TestNetwork.create();
        bridge = net.namespace("br");
        firewallA = net.namespace("fw-a");
        firewallB = net.namespace("fw-b");
        client = net.namespace("client");
        net.run(bridge, "ip link add br0 type bridge");
        net.run(bridge, "ip link set br0 up");
        attach(firewallA, "port-a", 2);
        attach(firewallB, "port-b", 3);
        attach(client, "port-c", 9);
    }

    private void attach(String namespace, String port, int host) {
        net.veth(namespace, "eth0", bridge, port);
        net.run(bridge, "ip link set dev " + port + " master br0");
        net.run(namespace, "ip addr add 10.9.0." + host + "/24 dev eth0");
        net.run(namespace, "ip addr add fd09::" + host + "/64 dev eth0 nodad");
    }

    @AfterEach
    void remove() throws Exception {
        for (TestNode node : nodes) {
            node.close();
        }
        vertxes.forEach(NamespacedVertx::close);
        if (net != null) {
            net.close();
        }
    }

    private TestNode node(String namespace, CarpNetwork network) throws Exception {
        NamespacedVertx vertx = NamespacedVertx.create(namespace);
        vertxes.add(vertx);
        TestNode node = new TestNode(vertx.vertx(), network);
        nodes.add(node);
        return node;
    }

    private TestNode start(String namespace, VirtualHost host) throws Exception {
        return node(namespace, new LinuxCarpNetwork(directory.resolve(namespace)))
                .start(host);
    }

    private static void eventually(org.awaitility.core.ThrowingRunnable assertion) {
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(assertion);
    }

    private void awaitReceived(TestNode node, int more) {
        long before = node.counter(CarpCounter.PACKETS_RECEIVED);
        eventually(() -> assertThat(node.counter(CarpCounter.PACKETS_RECEIVED)).isGreaterThan(before + more));
    }

    private void awaitHeld(TestNode node) {
        node.awaitState("wan", CarpState.MASTER);
        eventually(() -> assertThat(
                        node.snapshot().virtualHost("wan").orElseThrow().addressesHeld())
                .isTrue());
    }

    private PacketSocket capture(String port) throws Exception {
        return NetworkNamespace.within(bridge, () -> {
            try (Rtnetlink route = Rtnetlink.open()) {
                PacketSocket socket =
                        PacketSocket.open(route.link(port).orElseThrow().index(), FROM_VIRTUAL_MAC);
                socket.setPromiscuous();
                return socket;
            }
        });
    }

    private static int captured(PacketSocket socket) {
        MessageBatch batch = new MessageBatch(32, 128);
        int frames = 0;
        for (int n = socket.receive(batch); n > 0; n = socket.receive(batch)) {
            frames += n;
        }
        return frames;
    }

    private void assertPing(String address) {
        assertThat(net.run(client, "ping -c1 -W2 " + address)).contains("1 received");
    }

    @Test
    void addressesAreTakenWithThePriorityOfTheElection() throws Exception {
        awaitHeld(start(firewallA, PREFERRED));
        Path namespace =
                NetworkNamespace.within(firewallA, () -> Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")));
        List<String> schedulings = new ArrayList<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            threads.forEach(thread -> addScheduling(thread, namespace, schedulings));
        }
        assertThat(schedulings).containsExactly("2 2");
    }

    private static void addScheduling(Path thread, Path namespace, List<String> schedulings) {
        try {
            if (Files.readString(thread.resolve("comm")).startsWith("carp-addresses")
                    && Files.readSymbolicLink(thread.resolve("ns/net")).equals(namespace)) {
                schedulings.add(Scheduling.of(thread));
            }
        } catch (IOException ignored) {
            // A thread of another test, which has ended.
        }
    }

    @Test
    void theSpareTakesOverAddressesNeighboursAndSwitchPortWhenTheMasterStops() throws Exception {
        TestNode a = start(firewallA, PREFERRED);
        awaitHeld(a);
        TestNode b = start(firewallB, SPARE);
        awaitReceived(b, 5);
        assertThat(b.state("wan")).isEqualTo(CarpState.BACKUP);
        assertPing("10.9.0.1");
        assertPing("fd09::1");
        assertThat(net.run(client, "ip neigh show 10.9.0.1")).contains(VIRTUAL_MAC);
        assertThat(portOfVirtualMac()).isEqualTo("port-a");
        a.stop();
        awaitHeld(b);
        assertThat(net.run(firewallA, "ip -o addr show")).doesNotContain("10.9.0.1/", "fd09::1/");
        eventually(() -> assertThat(portOfVirtualMac()).isEqualTo("port-b"));
        assertPing("10.9.0.1");
        assertPing("fd09::1");
        assertThat(net.run(client, "ip neigh show 10.9.0.1")).contains(VIRTUAL_MAC);
        assertThat(net.run(firewallA, "sysctl -n net.ipv4.ip_nonlocal_bind").strip())
                .isEqualTo("0");
    }

    /** Where the switch would send a frame for the virtual MAC. */
    private String portOfVirtualMac() {
        return net.run(bridge, "bridge fdb show br br0")
                .lines()
                .filter(line -> line.startsWith(VIRTUAL_MAC) && !line.contains("permanent"))
                .map(line -> List.of(line.split(" ", -1)).get(2))
                .findFirst()
                .orElse("");
    }

    @Test
    void nothingLeavesABackupFromTheVirtualMac() throws Exception {
        try (PacketSocket port = capture("port-b")) {
            TestNode a = start(firewallA, PREFERRED);
            awaitHeld(a);
            TestNode b = start(firewallB, SPARE);
            awaitReceived(b, 10);
            assertThat(b.state("wan")).isEqualTo(CarpState.BACKUP);
            assertThat(captured(port)).isZero();
            a.verticle().nudge("wan", Nudge.DOWN);
            awaitHeld(b);
            eventually(() -> assertThat(captured(port)).isPositive());
            a.verticle().nudge("wan", Nudge.UP);
            b.awaitState("wan", CarpState.BACKUP);
            eventually(() -> assertThat(net.run(firewallB, "ip -o addr show")).doesNotContain("10.9.0.1/", "fd09::1/"));
            captured(port);
            awaitReceived(b, 10);
            assertThat(captured(port)).isZero();
        }
    }

    @Test
    void aLostLinkIsNoticedAndTheMasterComesBackWithIt() throws Exception {
        TestNode a = start(firewallA, PREFERRED);
        awaitHeld(a);
        TestNode b = start(firewallB, SPARE);
        awaitReceived(b, 5);
        net.run(bridge, "ip link set dev port-a down");
        a.awaitState("wan", CarpState.INIT);
        awaitHeld(b);
        assertPing("10.9.0.1");
        eventually(() -> assertThat(net.run(firewallA, "ip -o addr show")).doesNotContain("10.9.0.1/", "fd09::1/"));
        net.run(bridge, "ip link set dev port-a up");
        awaitHeld(a);
        b.awaitState("wan", CarpState.BACKUP);
        eventually(() -> assertPing("10.9.0.1"));
    }

    @Test
    void aCarpdevThatIsMadeAnewIsFollowed() throws Exception {
        TestNode a = start(firewallA, PREFERRED);
        awaitHeld(a);
        net.run(firewallA, "ip link del eth0");
        a.awaitState("wan", CarpState.INIT);
        attach(firewallA, "port-a", 2);
        awaitHeld(a);
        assertPing("10.9.0.1");
    }

    /** The network of a process that dies: it never releases or restores anything. */
    private static CarpNetwork dying(CarpNetwork real) {
        VirtualAddresses addresses = (VirtualAddresses) Proxy.newProxyInstance(
                CarpKernelTest.class.getClassLoader(),
                new Class<?>[] {VirtualAddresses.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "release", "restore" -> null;
                    default -> method.invoke(real.addresses(), arguments);
                });
        return (CarpNetwork) Proxy.newProxyInstance(
                CarpKernelTest.class.getClassLoader(),
                new Class<?>[] {CarpNetwork.class},
                (proxy, method, arguments) ->
                        method.getName().equals("addresses") ? addresses : method.invoke(real, arguments));
    }

    @Test
    void aStartAfterACrashRemovesWhatTheDeadProcessLeft() throws Exception {
        Path restoreFile = directory.resolve("restore");
        TestNode dead = node(firewallA, dying(new LinuxCarpNetwork(restoreFile)));
        dead.start(PREFERRED);
        awaitHeld(dead);
        dead.stop();
        assertThat(net.run(firewallA, "ip -o addr show")).contains("10.9.0.1/32");
        assertThat(net.run(client, "ping -c1 -W2 10.9.0.1")).contains("1 received");
        TestNode b = start(firewallB, SPARE);
        awaitHeld(b);
        TestNode again = node(firewallA, new LinuxCarpNetwork(restoreFile));
        again.start(host("wan", 7, "eth0", 100, "10.9.0.1/24", "fd09::1/64"));
        assertThat(net.run(firewallA, "ip -o addr show")).doesNotContain("10.9.0.1/", "fd09::1/");
        awaitReceived(again, 5);
        assertThat(again.state("wan")).isEqualTo(CarpState.BACKUP);
        assertPing("10.9.0.1");
        again.stop();
        assertThat(net.run(firewallA, "sysctl -n net.ipv4.ip_nonlocal_bind").strip())
                .isEqualTo("0");
    }
}
