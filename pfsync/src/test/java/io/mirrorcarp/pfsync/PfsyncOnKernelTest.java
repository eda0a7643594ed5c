// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.netio.IpEndpoint;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.netio.RawIpSocket;
import io.mirrorcarp.netio.TestNetwork;
import io.mirrorcarp.pfsync.protocol.Verdict;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Replication over real sockets between namespaces.
 *
 * <pre>
 *  a sync0 192.0.2.1 fd02::1 ------- 192.0.2.2 fd02::2 sync0 b
 *  r eth0 198.51.100.1 ---- 198.51.100.2 eth0 b          (a third party beside the sync network)
 * </pre>
 */
class PfsyncOnKernelTest {
    private final List<Node> nodes = new ArrayList<>();
    private TestNetwork net;
    private String a;
    private String b;
    private String r;

    @BeforeEach
    void topology() {
        net = TestNetwork.create();
        a = net.namespace("a");
        b = net.namespace("b");
        r = net.namespace("r");
        Node.join(net, a, b);
        net.veth(r, "eth0", b, "eth0");
        net.run(r, "ip addr add 198.51.100.1/24 dev eth0");
        net.run(b, "ip addr add 198.51.100.2/24 dev eth0");
    }

    @AfterEach
    void remove() {
        nodes.forEach(Node::close);
        if (net != null) {
            net.close();
        }
    }

    private Node node(String namespace, int creatorId, byte[] secret, String... peers) throws Exception {
        Node node = new Node(namespace, creatorId, secret, peers);
        nodes.add(node);
        return node;
    }

    private static void awaitReplicated(Node from, Node to, int flows) {
        from.table.open(1, flows);
        await().atMost(Node.LIMIT).until(() -> to.table.size() == flows);
    }

    @Test
    void replicatesByMulticast() throws Exception {
        Node first = node(a, 1, new byte[32]);
        Node second = node(b, 2, new byte[32]);
        Node.awaitInSync(first, second);
        awaitReplicated(first, second, 5_000);
        PfsyncSnapshot snapshot = second.snapshot();
        assertThat(snapshot.addresses()).containsEntry(1, "192.0.2.1");
        assertThat(snapshot.counters().get(PfsyncCounter.PACKETS_RECEIVED)).isPositive();
        assertThat(first.count(PfsyncCounter.PACKETS_SENT)).isPositive();
    }

    @Test
    void replicatesToAUnicastPeer() throws Exception {
        Node first = node(a, 1, new byte[32], "192.0.2.2");
        Node second = node(b, 2, new byte[32], "192.0.2.1");
        Node.awaitInSync(first, second);
        awaitReplicated(first, second, 500);
    }

    @Test
    void replicatesToAPeerByIpv6() throws Exception {
        Node first = node(a, 1, new byte[32], "fd02::2");
        Node second = node(b, 2, new byte[32], "fd02::1");
        Node.awaitInSync(first, second);
        awaitReplicated(first, second, 500);
        assertThat(second.count(PfsyncCounter.PACKETS_RECEIVED6)).isPositive();
        assertThat(second.count(PfsyncCounter.PACKETS_SENT6)).isPositive();
        assertThat(second.count(PfsyncCounter.PACKETS_RECEIVED)).isZero();
    }

    @Test
    void replicatesByIpv6MulticastWithoutAnyIpv4Address() throws Exception {
        for (String namespace : List.of(a, b)) {
            net.run(namespace, "ip -4 addr flush dev sync0");
            net.run(namespace, "ip -6 addr flush dev sync0 scope global");
        }
        Node first = node(a, 1, new byte[32], "ff12::f0");
        Node second = node(b, 2, new byte[32], "ff12::f0");
        Node.awaitInSync(first, second);
        awaitReplicated(first, second, 500);
        assertThat(second.snapshot().addresses().get(1)).startsWith("fe80:");
        assertThat(second.count(PfsyncCounter.PACKETS_RECEIVED)).isZero();
    }

    @Test
    void anotherKeyIsHeardAsNobody() throws Exception {
        byte[] other = new byte[32];
        Arrays.fill(other, (byte) 1);
        node(a, 1, other);
        Node second = node(b, 2, new byte[32]);
        await().atMost(Node.LIMIT).until(() -> second.count(PfsyncCounter.BAD_AUTH) > 2);
        assertThat(second.listener.verdict).isEqualTo(Verdict.ALONE);
    }

    @Test
    void aSyncDeviceThatGoesDownDemotesAtOnceAndComesBack() throws Exception {
        Node first = node(a, 1, new byte[32]);
        Node second = node(b, 2, new byte[32]);
        Node.awaitInSync(first, second);
        net.run(a, "ip link set sync0 down");
        await().atMost(Node.LIMIT).until(() -> first.listener.told.contains("raised LINK: sync0 is down"));
        await().atMost(Node.LIMIT).until(() -> second.listener.verdict == Verdict.LOST);
        await().atMost(Node.LIMIT).until(() -> first.count(PfsyncCounter.SEND_ERRORS) > 0);
        net.run(a, "ip link set sync0 up");
        Node.awaitInSync(first, second);
        awaitReplicated(first, second, 100);
    }

    /** Sends a packet of protocol 240 from a namespace. */
    private static void send(String namespace, String device, String destination, byte[] payload) throws Exception {
        NetworkNamespace.within(namespace, () -> {
            int ifindex = NetworkInterface.getByName(device).getIndex();
            try (RawIpSocket socket = RawIpSocket.open(false, 240, ifindex)) {
                MessageBatch batch = new MessageBatch(1, 256);
                batch.append(new IpEndpoint(InetAddress.getByName(destination), ifindex))
                        .put(payload);
                batch.commit();
                return socket.send(batch);
            }
        });
    }

    @Test
    void packetsOfABsdAreCountedAndDropped() throws Exception {
        Node second = node(b, 2, new byte[32]);
        byte[] packet = new byte[64];
        packet[0] = 6;
        send(a, "sync0", "224.0.0.240", packet);
        await().atMost(Node.LIMIT).until(() -> second.count(PfsyncCounter.BAD_VERSION) == 1);
        assertThat(second.listener.verdict).isEqualTo(Verdict.ALONE);
    }

    @Test
    void aRoutedPacketIsRefusedForItsTtl() throws Exception {
        Node second = node(b, 2, new byte[32]);
        // From r by way of a, which takes one from its TTL.
        net.veth(r, "eth1", a, "eth1");
        net.run(r, "ip addr add 203.0.113.1/24 dev eth1");
        net.run(a, "ip addr add 203.0.113.2/24 dev eth1");
        net.run(r, "ip route add 192.0.2.0/24 via 203.0.113.2");
        net.run(b, "ip route add 203.0.113.0/24 via 192.0.2.1");
        net.run(a, "sysctl -qw net.ipv4.ip_forward=1");
        await().atMost(Node.LIMIT).until(() -> {
            send(r, "eth1", "192.0.2.2", new byte[64]);
            return second.count(PfsyncCounter.BAD_TTL) > 0;
        });
    }

    @Test
    void aPacketOnAnotherDeviceIsNotHeard() throws Exception {
        Node second = node(b, 2, new byte[32]);
        byte[] packet = new byte[64];
        packet[0] = 6;
        send(r, "eth0", "198.51.100.2", packet);
        send(a, "sync0", "192.0.2.2", packet);
        await().atMost(Node.LIMIT).until(() -> second.count(PfsyncCounter.BAD_VERSION) == 1);
        assertThat(second.count(PfsyncCounter.PACKETS_RECEIVED)).isEqualTo(1);
    }
}
