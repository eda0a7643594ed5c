// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.LabHost;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Connections whose handshake is half done when the addresses move, there and back. What the client and the server send again goes on by the copies of the other kernel. The
 * topology is drawn at {@link Pair}.
 */
@EnabledIfSystemProperty(
        named = "load",
        matches = "true",
        disabledReason = "waits for TCP's own retransmissions: run it with -Dload=true")
class HandshakeIT {
    private static final int CONNECTIONS = 40;
    private static final Duration COPY_LIMIT = Duration.ofSeconds(10);
    /** The sixth retransmission comes 31 s after the second: the next one is never further away than 16 s here. */
    private static final Duration RETRANSMISSION_LIMIT = Duration.ofSeconds(20);

    private final Pair pair = Pair.inSync();
    private final List<SocketChannel> sockets = new ArrayList<>();

    @AfterEach
    void end() throws IOException {
        for (SocketChannel socket : sockets) {
            socket.close();
        }
        pair.close();
    }

    private void strict() {
        for (Firewall node : List.of(pair.a, pair.b)) {
            node.host().sysctl("net.netfilter.nf_conntrack_tcp_loose=0");
        }
    }

    /** The server's answers to a SYN stay in the server. */
    private void holdAnswers(boolean held) {
        LabHost server = pair.topology.server();
        if (held) {
            server.nft("table ip held { chain out { type filter hook output priority -300;"
                    + " tcp flags & (syn | ack) == (syn | ack) drop; }; }\n");
        } else {
            server.run("nft", "delete", "table", "ip", "held").orThrow();
        }
    }

    private void connect() {
        pair.topology.client().call(() -> {
            for (int i = 0; i < CONNECTIONS; i++) {
                SocketChannel socket = SocketChannel.open();
                socket.configureBlocking(false);
                socket.connect(new InetSocketAddress(
                        Topology.SERVER, pair.server.address().getPort()));
                sockets.add(socket);
            }
            return null;
        });
    }

    private long halfOpen(Firewall node) {
        KernelTable table = KernelTable.of(node.host());
        return table.flows().stream()
                .filter(flow -> table.state(flow).startsWith("SYN_SENT"))
                .count();
    }

    private int connected() throws IOException {
        int count = 0;
        for (SocketChannel socket : sockets) {
            count += socket.finishConnect() ? 1 : 0;
        }
        return count;
    }

    private void assertHandshakesGoOn(Firewall from, Firewall to, Runnable move) {
        sockets.clear();
        holdAnswers(true);
        connect();
        Awaitility.await("half open on both")
                .atMost(COPY_LIMIT)
                .until(() -> halfOpen(from) >= CONNECTIONS && halfOpen(to) >= CONNECTIONS);
        move.run();
        to.await("MASTER", Statuses.every("master"), Pair.ROLE_LIMIT);
        holdAnswers(false);
        Awaitility.await("all connected through " + to.name() + pair.logsOf())
                .atMost(RETRANSMISSION_LIMIT)
                .untilAsserted(() -> assertThat(connected()).isEqualTo(CONNECTIONS));
    }

    @Test
    void theyGoOnThereAndBack() throws IOException {
        strict();
        for (int round = 0; round < 3; round++) {
            assertHandshakesGoOn(
                    pair.a, pair.b, () -> pair.a.carpctl("maintenance", "on").orThrow());
            closeAll();
            pair.b.awaitInSync(COPY_LIMIT);
            assertHandshakesGoOn(
                    pair.b, pair.a, () -> pair.a.carpctl("maintenance", "off").orThrow());
            closeAll();
            pair.awaitPreferredRoles("in-sync");
        }
    }

    private void closeAll() throws IOException {
        for (SocketChannel socket : sockets) {
            socket.close();
        }
    }
}
