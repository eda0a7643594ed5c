// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.netio.TestNetwork;
import io.mirrorcarp.pfsync.io.LinuxSyncNetwork;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The connection between two peers, and who disturbs it.
 *
 * <pre>
 *  a sync0 192.0.2.1 fd02::1 ------- 192.0.2.2 fd02::2 sync0 b
 * </pre>
 *
 * b, which has the lower creator id, listens. Strangers connect from a, with an address of their own or with that of the peer.
 */
class PeerConnectionOnKernelTest {
    private static final String STRANGER = "192.0.2.66";
    private static final String PEER = "192.0.2.1";
    private static final int FLOOD = 500;

    private TestNetwork net;
    private String a;
    private String b;
    private Node connecting;
    private Node listening;

    @BeforeEach
    void topology() {
        net = TestNetwork.create();
        a = net.namespace("a");
        b = net.namespace("b");
        Node.join(net, a, b);
        net.run(a, "ip addr add 192.0.2.66/24 dev sync0");
    }

    @AfterEach
    void remove() {
        for (Node node : new Node[] {connecting, listening}) {
            if (node != null) {
                node.close();
            }
        }
        net.close();
    }

    private void start(String peerOfA, String peerOfB) throws Exception {
        connecting = new Node(a, 2, new byte[32], peerOfA);
        listening = new Node(b, 1, new byte[32], peerOfB);
        Node.awaitInSync(connecting, listening);
        await("connection").atMost(Node.LIMIT).until(() -> connections() == 1);
    }

    /** What b has of connections. */
    private long connections() {
        return net.run(b, "ss -Htn state established sport = :" + LinuxSyncNetwork.PORT)
                .lines()
                .count();
    }

    private static long deaths(Node node) {
        return node.listener.told.stream()
                .filter(line -> line.startsWith("died"))
                .count();
    }

    /** The kernel ends the connection, as it does for a process that dies, until its end counts. */
    private void breakUntilBothSayThatThePeerDied() {
        await().pollInterval(Duration.ofMillis(400)).atMost(Node.LIMIT).until(() -> {
            net.run(b, "ss -HKtn state established sport = :" + LinuxSyncNetwork.PORT);
            return deaths(connecting) > 0 && deaths(listening) > 0;
        });
        await().atMost(Node.LIMIT).until(() -> connections() == 1);
    }

    private Socket connect(String source) throws Exception {
        return NetworkNamespace.within(a, () -> {
            Socket socket = new Socket();
            socket.bind(new InetSocketAddress(InetAddress.getByName(source), 0));
            socket.connect(new InetSocketAddress("192.0.2.2", LinuxSyncNetwork.PORT), 5_000);
            return socket;
        });
    }

    private static boolean isClosedByTheOtherSide(Socket socket) throws IOException {
        socket.setSoTimeout((int) Node.LIMIT.toMillis());
        try {
            return socket.getInputStream().read() == -1;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    /** What b keeps open though the other side is gone. */
    private String forgotten() {
        return net.run(b, "ss -Htn state close-wait");
    }

    @Test
    void tellsOfADeathByIpv4() throws Exception {
        start("192.0.2.2", "192.0.2.1");
        breakUntilBothSayThatThePeerDied();
    }

    @Test
    void tellsOfADeathByIpv6() throws Exception {
        start("fd02::2", "fd02::1");
        breakUntilBothSayThatThePeerDied();
    }

    /** As the devices of VLANs on one cable have, which share its MAC. */
    @Test
    void tellsOfADeathByLinkLocalAddressesThatAnotherDeviceHasToo() throws Exception {
        net.veth(a, "another0", b, "another0");
        for (String namespace : List.of(a, b)) {
            net.run(namespace, "ip -4 addr flush dev sync0");
            net.run(namespace, "ip -6 addr flush dev sync0 scope global");
            String linkLocal =
                    net.run(namespace, "ip -6 -br addr show dev sync0").replaceAll("(?s).* (fe80\\S+).*", "$1");
            net.run(namespace, "ip -6 addr add " + linkLocal + " dev another0 nodad");
        }
        start("ff12::f0", "ff12::f0");
        assertThat(net.run(b, "ss -Htn state established")).contains("[fe80::");
        breakUntilBothSayThatThePeerDied();
    }

    @Test
    @Timeout(60)
    void aStrangerThatConnectsIsClosedAndCountedAndNobodyDied() throws Exception {
        start("192.0.2.2", "192.0.2.1");
        for (int i = 0; i < FLOOD; i++) {
            try (Socket stranger = connect(STRANGER)) {
                assertThat(isClosedByTheOtherSide(stranger)).isTrue();
            }
        }
        assertThat(listening.count(PfsyncCounter.BAD_CONNECTION)).isEqualTo(FLOOD);
        assertThat(forgotten()).isEmpty();
        assertThat(connections()).isEqualTo(1);
        assertThat(deaths(listening) + deaths(connecting)).isZero();
        Node.awaitInSync(connecting, listening);
    }

    /** Without the peer's address somebody can only write to a connection that is not kept. */
    @Test
    void garbageOfAStrangerIsNotRead() throws Exception {
        start("192.0.2.2", "192.0.2.1");
        try (Socket stranger = connect(STRANGER)) {
            stranger.getOutputStream().write(new byte[1 << 16]);
            assertThat(isClosedByTheOtherSide(stranger)).isTrue();
        } catch (java.net.SocketException reset) {
            // Closed while it was still writing.
        }
        await().atMost(Node.LIMIT).until(() -> listening.count(PfsyncCounter.BAD_CONNECTION) == 1);
        assertThat(connections()).isEqualTo(1);
        assertThat(deaths(listening) + deaths(connecting)).isZero();
    }

    /** With the peer's address somebody can take its connection's place. The session tells that the peer lives. */
    @Test
    void whoComesWithThePeersAddressEndsItsConnectionButTellsOfNoDeathMoreThanOnce() throws Exception {
        start("192.0.2.2", "192.0.2.1");
        for (int i = 0; i < 3; i++) {
            try (Socket forger = connect(PEER)) {
                forger.getOutputStream().write(i);
                assertThat(isClosedByTheOtherSide(forger)).isTrue();
            }
            await().atMost(Node.LIMIT).until(() -> connections() == 1);
        }
        assertThat(listening.count(PfsyncCounter.BAD_CONNECTION)).isEqualTo(3);
        assertThat(deaths(listening)).as("garbage is no death").isZero();
        assertThat(deaths(connecting)).as("deaths of a peer that lives").isLessThanOrEqualTo(1);
        Node.awaitInSync(connecting, listening);
    }
}
