// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.io.LinuxCarpNetwork;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.NamespacedVertx;
import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.netio.PacketSocket;
import io.mirrorcarp.netio.TestNetwork;
import io.mirrorcarp.netio.route.Rtnetlink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.awaitility.core.ThrowingRunnable;

/**
 * One segment of real kernels, and nodes on it.
 *
 * <pre>
 *   fw-a eth0 10.9.0.2/24 fd09::2/64 ---+
 *   fw-b eth0 10.9.0.3/24 fd09::3/64 ---+--- bridge br0 (port-a, port-b, port-c)
 *   client eth0 10.9.0.9/24 fd09::9/64 -+
 * </pre>
 */
final class TestSegment {
    private static final BpfProgram IPV4_CARP = new BpfProgram.Builder()
            .loadHalf(12)
            .jumpEqual(0x0800, 0, 3)
            .loadByte(23)
            .jumpEqual(112, 0, 1)
            .accept()
            .drop()
            .build();

    private static final Duration LIMIT = Duration.ofSeconds(20);

    final TestNetwork net = TestNetwork.create();
    final String bridge = net.namespace("br");
    final String firewallA = net.namespace("fw-a");
    final String firewallB = net.namespace("fw-b");
    final String client = net.namespace("client");
    private final Path directory;
    private final List<NamespacedVertx> vertxes = new ArrayList<>();
    private final List<TestNode> nodes = new ArrayList<>();

    /** @param directory for the files of the nodes */
    TestSegment(Path directory) {
        this.directory = directory;
        net.run(bridge, "ip link add br0 type bridge");
        net.run(bridge, "ip link set br0 up");
        attach(firewallA, "port-a", 2);
        attach(firewallB, "port-b", 3);
        attach(client, "port-c", 9);
    }

    void attach(String namespace, String port, int host) {
        net.veth(namespace, "eth0", bridge, port);
        net.run(bridge, "ip link set dev " + port + " master br0");
        net.run(namespace, "ip addr add 10.9.0." + host + "/24 dev eth0");
        net.run(namespace, "ip addr add fd09::" + host + "/64 dev eth0 nodad");
    }

    /** The file of the settings that a node of that name has to put back. */
    Path restoreFile(String name) {
        return directory.resolve(name);
    }

    /** A node that is not started yet. */
    TestNode node(String namespace, String name) throws Exception {
        NamespacedVertx vertx = NamespacedVertx.create(namespace);
        vertxes.add(vertx);
        TestNode node = new TestNode(vertx.vertx(), new LinuxCarpNetwork(restoreFile(name)));
        nodes.add(node);
        return node;
    }

    TestNode start(String namespace, VirtualHost... hosts) throws Exception {
        return node(namespace, namespace).start(hosts);
    }

    static void eventually(ThrowingRunnable assertion) {
        await().pollInterval(Duration.ofMillis(10)).atMost(LIMIT).untilAsserted(assertion);
    }

    static void awaitHeld(TestNode node, String host) {
        node.awaitState(host, CarpState.MASTER);
        eventually(
                () -> assertThat(node.snapshot().virtualHost(host).orElseThrow().addressesHeld())
                        .isTrue());
    }

    static void awaitReceived(TestNode node, CarpCounter counter, int more) {
        long before = node.counter(counter);
        eventually(() -> assertThat(node.counter(counter)).isGreaterThanOrEqualTo(before + more));
    }

    void assertPing(String namespace, String address) {
        eventually(
                () -> assertThat(net.run(namespace, "ping -c1 -W2 " + address)).contains("1 received"));
    }

    /** The virtual addresses that the kernel has, one a line. */
    String virtualAddresses(String namespace) {
        return net.run(namespace, "ip -o addr show")
                .lines()
                .filter(line -> line.contains(" metric "))
                .collect(Collectors.joining("\n"));
    }

    /** A socket on eth0 of a host that hears all advertisements over IPv4, and sends whatever frame it is given. */
    static PacketSocket openAttacker(String host) throws Exception {
        return NetworkNamespace.within(host, () -> {
            try (Rtnetlink route = Rtnetlink.open()) {
                PacketSocket socket =
                        PacketSocket.open(route.link("eth0").orElseThrow().index(), IPV4_CARP);
                socket.setPromiscuous();
                return socket;
            }
        });
    }

    /** Stops the nodes and removes the namespaces. */
    void remove() throws Exception {
        for (TestNode node : nodes) {
            node.close();
        }
        vertxes.forEach(NamespacedVertx::close);
        net.close();
    }
}
