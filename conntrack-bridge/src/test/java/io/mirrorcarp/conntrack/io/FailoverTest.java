// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.conntrack.StateMapping;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.ConntrackStatus;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.pfsync.StateEvents;
import io.mirrorcarp.pfsync.message.FlowEnd;
import io.mirrorcarp.pfsync.message.StateRecord;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Live traffic goes on through another firewall that has nothing but the imported table. */
class FailoverTest {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int SHORT_TIMEOUT_MILLIS = 1_500;
    private static final int BULK_BYTES = 300_000;

    /** Before the table sees it. */
    private static final String LOSE_WHAT_COMES_FROM_WAN = """
            table inet lossy {
              chain prerouting {
                type filter hook prerouting priority -350;
                iifname wan meta l4proto tcp drop
              }
            }
            """;

    /** Longer than any timer of UDP. */
    private static final long STRETCHED_SECONDS = 7_200;

    private FirewallPair firewalls;
    private TableParts first;
    private TableParts second;

    @BeforeEach
    void open() throws Exception {
        firewalls = new FirewallPair();
        first = Namespaces.in(firewalls.first, TableParts::new);
        second = Namespaces.in(firewalls.second, TableParts::new);
    }

    @AfterEach
    void close() throws Exception {
        if (first != null) {
            first.close();
        }
        if (second != null) {
            second.close();
        }
        if (firewalls != null) {
            firewalls.close();
        }
    }

    @Test
    void tcpWithSnatGoesOn() throws Exception {
        try (TcpPair pair = TcpPair.toServer(firewalls, "192.0.2.2", 7000)) {
            assertThat(pair.accepted.getInetAddress()).isEqualTo(InetAddress.getByName("192.0.2.1"));
            replicateAndFailOver();
            pair.exchange();
        }
    }

    @Test
    void tcpWithDnatGoesOn() throws Exception {
        try (TcpPair pair = TcpPair.toClient(firewalls, "192.0.2.1", 8080, 80)) {
            replicateAndFailOver();
            pair.exchange();
        }
    }

    @Test
    void tcpOverIpv6GoesOn() throws Exception {
        try (TcpPair pair = TcpPair.toServer(firewalls, "fd00:2::2", 9000)) {
            assertThat(pair.accepted.getInetAddress()).isEqualTo(InetAddress.getByName("fd00:1::2"));
            replicateAndFailOver();
            pair.exchange();
        }
    }

    @Test
    void tcpOverIpv6WithSnatGoesOn() throws Exception {
        try (TcpPair pair = TcpPair.toServer(firewalls, "fd00:2::2", 7000)) {
            assertThat(pair.accepted.getInetAddress()).isEqualTo(InetAddress.getByName("fd00:2::1"));
            replicateAndFailOver();
            pair.exchange();
        }
    }

    @Test
    void tcpGoesOnFromADumpWithoutAnyEvent() throws Exception {
        try (TcpPair pair = TcpPair.toServer(firewalls, "192.0.2.2", 7000)) {
            Mirror mirror = new Mirror(second);
            Namespaces.in(firewalls.first, () -> {
                first.dump.start(false);
                while (!mirror.dumpComplete) {
                    first.dump.readBatch(mirror);
                }
                return mirror;
            });
            firewalls.failOver();
            pair.exchange();
        }
    }

    /** Of what a flowtable forwards the kernel shows neither the state nor the timer. */
    @Test
    void tcpGoesOnThatAFlowtableForwarded() throws Exception {
        try (TcpPair pair = TcpPair.toServer(firewalls, "192.0.2.2", 7000)) {
            ConntrackEntry shown = Namespaces.in(firewalls.first, first::dumpAll).stream()
                    .filter(entry -> entry.hasProtocolState)
                    .findFirst()
                    .orElseThrow();
            shown.status |= ConntrackStatus.OFFLOAD;
            shown.hasTimeout = false;
            shown.hasProtocolState = false;
            StateRecord record = new StateRecord();
            StateMapping.toRecord(shown, record);
            second.importer.insert(record);
            second.importer.flush();
            firewalls.failOver();
            pair.exchange();
        }
    }

    @Test
    void aTcpConnectionOpensAcrossTheFailover() throws Exception {
        // The server's SYN/ACK is lost with the first firewall; its retransmission meets an imported SYN_SENT.
        try (ServerSocket listener = listen(firewalls.server, 7000)) {
            Namespaces.nft(firewalls.first, LOSE_WHAT_COMES_FROM_WAN);
            Socket socket = Namespaces.in(firewalls.client, SocketChannel::open).socket();
            Thread connecting = new Thread(() -> connectQuietly(socket), "connecting");
            connecting.start();
            try (socket) {
                Mirror mirror = new Mirror(second);
                long deadlineNanos = System.nanoTime() + TIMEOUT_MILLIS * 1_000_000L;
                while (mirror.changes == 0 && System.nanoTime() < deadlineNanos) {
                    first.events.drain(mirror);
                    Thread.onSpinWait();
                }
                firewalls.failOver();
                listener.setSoTimeout(TIMEOUT_MILLIS);
                try (Socket accepted = listener.accept()) {
                    connecting.join(TIMEOUT_MILLIS);
                    assertThat(socket.isConnected()).isTrue();
                    new TcpPair(socket, accepted).exchange();
                }
            } finally {
                connecting.join();
            }
        }
    }

    @Test
    void tcpGoesOnWhenAcknowledgementsWereLost() throws Exception {
        // The second firewall sees one segment again and then an acknowledgement of all ten, far outside the window it
        // knows.
        try (TcpPair pair = TcpPair.toServer(firewalls, "192.0.2.2", 7000)) {
            Namespaces.nft(firewalls.first, LOSE_WHAT_COMES_FROM_WAN);
            pair.connected.setTcpNoDelay(true);
            for (int i = 0; i < 10; i++) {
                pair.connected.getOutputStream().write(new byte[1000]);
            }
            pair.accepted.setSoTimeout(TIMEOUT_MILLIS);
            assertThat(pair.accepted.getInputStream().readNBytes(10_000)).hasSize(10_000);
            // By the time of a retransmission no delayed acknowledgement is left, which would tell the second firewall
            // more.
            await().atMost(Duration.ofSeconds(5))
                    .until(() ->
                            Namespaces.exec(firewalls.client, "ss", "-tinH").contains("backoff:"));
            replicateAndFailOver();
            pair.connected.setSendBufferSize(2 * BULK_BYTES);
            pair.connected.getOutputStream().write(new byte[BULK_BYTES]);
            assertThat(pair.accepted.getInputStream().readNBytes(BULK_BYTES)).hasSize(BULK_BYTES);
        }
    }

    @Test
    void udpWithSnatGoesOnFromTheServersSide() throws Exception {
        InetSocketAddress address = new InetSocketAddress("192.0.2.2", 7000);
        try (DatagramSocket server = Namespaces.in(firewalls.server, () -> new DatagramSocket(address));
                DatagramSocket client = Namespaces.in(firewalls.client, () -> new DatagramSocket())) {
            client.setSoTimeout(TIMEOUT_MILLIS);
            server.setSoTimeout(TIMEOUT_MILLIS);
            byte[] hello = {1, 2, 3};
            client.send(new DatagramPacket(hello, hello.length, address));
            DatagramPacket received = new DatagramPacket(new byte[10], 10);
            server.receive(received);
            server.send(received);
            client.receive(new DatagramPacket(new byte[10], 10));
            replicateAndFailOver();
            server.send(received);
            DatagramPacket answer = new DatagramPacket(new byte[10], 10);
            client.receive(answer);
            assertThat(Arrays.copyOf(answer.getData(), answer.getLength())).isEqualTo(hello);
            client.send(answer);
            DatagramPacket again = new DatagramPacket(new byte[10], 10);
            server.receive(again);
            assertThat(again.getSocketAddress()).isEqualTo(received.getSocketAddress());
        }
    }

    /** Why nobody is told that the flow has moved, and how the node that has it knows: see docs/decisions/0005. */
    @Test
    void packetsOfAUdpFlowThatMovedMakeNoEventAndSetItsTimer() throws Exception {
        InetSocketAddress address = new InetSocketAddress("192.0.2.2", 7000);
        try (DatagramSocket server = Namespaces.in(firewalls.server, () -> new DatagramSocket(address));
                DatagramSocket client = Namespaces.in(firewalls.client, () -> new DatagramSocket())) {
            client.setSoTimeout(TIMEOUT_MILLIS);
            server.setSoTimeout(TIMEOUT_MILLIS);
            client.send(new DatagramPacket(new byte[1], 1, address));
            DatagramPacket received = new DatagramPacket(new byte[10], 10);
            server.receive(received);
            server.send(received);
            client.receive(new DatagramPacket(new byte[10], 10));
            replicateAndFailOver();
            StateRecord copy = new StateRecord();
            StateMapping.toRecord(udpEntry(), copy);
            copy.status |= StateRecord.STATUS_SEEN_REPLY | StateRecord.STATUS_ASSURED;
            copy.timeoutSeconds = STRETCHED_SECONDS;
            second.importer.update(copy);
            second.importer.flush();
            assertThat(udpEntry().timeoutSeconds).isGreaterThan(STRETCHED_SECONDS / 2);
            second.drain();
            int told = second.told.calls.size();
            client.send(new DatagramPacket(new byte[1], 1, address));
            server.receive(new DatagramPacket(new byte[10], 10));
            assertThat(udpEntry().timeoutSeconds).isBetween(1L, STRETCHED_SECONDS / 2);
            second.drain();
            assertThat(second.told.calls.stream().skip(told).map(call -> call.flow().original.protocol))
                    .doesNotContain(IpProtocol.UDP);
        }
    }

    private ConntrackEntry udpEntry() throws Exception {
        return Namespaces.in(firewalls.second, second::dumpAll).stream()
                .filter(entry -> entry.original.protocol == IpProtocol.UDP && entry.original.destinationPort == 7000)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void pingGoesOn() throws Exception {
        String[] ping = {"ping", "-c", "1", "-W", "2", "-e", "4711", "192.0.2.2"};
        Namespaces.exec(firewalls.client, ping);
        replicateAndFailOver();
        assertThat(Namespaces.exec(firewalls.client, ping)).contains("1 received");
    }

    @Test
    void pingOverIpv6GoesOn() throws Exception {
        String[] ping = {"ping", "-c", "1", "-W", "2", "-e", "4711", "fd00:2::2"};
        Namespaces.exec(firewalls.client, ping);
        replicateAndFailOver();
        assertThat(Namespaces.exec(firewalls.client, ping)).contains("1 received");
    }

    @Test
    void withoutTheImportNothingGoesOn() throws Exception {
        String[] ping = {"ping", "-c", "1", "-W", "1", "-e", "4711", "192.0.2.2"};
        Namespaces.exec(firewalls.client, ping);
        try (TcpPair pair = TcpPair.toServer(firewalls, "192.0.2.2", 7000)) {
            firewalls.failOver();
            assertThatThrownBy(() -> pair.oneWay(pair.accepted, pair.connected, SHORT_TIMEOUT_MILLIS))
                    .isInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(() -> Namespaces.exec(firewalls.client, ping)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void withoutANatHookNothingIsTranslated() throws Exception {
        firewalls.removeNatHook();
        assertThat(Namespaces.in(firewalls.second, KernelChecks::run).notices())
                .anyMatch(notice -> notice.contains("no NAT hook"));
        try (TcpPair pair = TcpPair.toServer(firewalls, "192.0.2.2", 7000)) {
            replicateAndFailOver();
            assertThatThrownBy(() -> pair.oneWay(pair.accepted, pair.connected, SHORT_TIMEOUT_MILLIS))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    private void replicateAndFailOver() throws IOException {
        Mirror mirror = new Mirror(second);
        first.events.drain(mirror);
        assertThat(mirror.changes).isPositive();
        assertThat(second.count(ConntrackCounter.FAILED)).isZero();
        firewalls.failOver();
    }

    private static void connectQuietly(Socket socket) {
        try {
            socket.connect(new InetSocketAddress("192.0.2.2", 7000), 2 * TIMEOUT_MILLIS);
        } catch (IOException expected) {
            // The test looks at the socket.
        }
    }

    private static ServerSocket listen(String namespace, int port) throws Exception {
        return Namespaces.in(namespace, () -> new ServerSocket(port));
    }

    /** Does to one table what is told of the other. */
    private static final class Mirror implements StateEvents {
        private final TableParts to;
        int changes;
        boolean dumpComplete;

        Mirror(TableParts to) {
            this.to = to;
        }

        @Override
        public void onInsert(StateRecord state) {
            changes++;
            to.importer.insert(state);
        }

        @Override
        public void onUpdate(StateRecord state) {
            changes++;
            to.importer.update(state);
        }

        @Override
        public void onDelete(StateRecord state, FlowEnd end) {
            changes++;
            to.importer.delete(state);
        }

        @Override
        public void onFlushed() {}

        @Override
        public void onBurstEnd() {
            to.importer.flush();
        }

        @Override
        public void onHalfOpenTold(boolean told) {}

        @Override
        public void onNotice(String message) {}

        @Override
        public void onOverrun() {
            throw new AssertionError("overrun");
        }

        @Override
        public void onDumpEntry(StateRecord state) {
            to.importer.insert(state);
        }

        @Override
        public void onDumpBatchEnd(boolean last) {
            to.importer.flush();
            dumpComplete = last;
        }
    }
}
