// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.conntrack.entry.TcpConntrack;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of real packets. */
class LiveEventsTest {
    private FirewallPair firewalls;
    private TableParts table;

    @BeforeEach
    void open() throws Exception {
        firewalls = new FirewallPair();
        table = Namespaces.in(firewalls.first, TableParts::new);
    }

    @AfterEach
    void close() throws Exception {
        if (table != null) {
            table.close();
        }
        if (firewalls != null) {
            firewalls.close();
        }
    }

    @Test
    void aMarkThatARuleSetsIsToldTogetherWithTheTcpState() throws Exception {
        try (TcpPair pair = TcpPair.toServer(firewalls, "192.0.2.2", 7000)) {
            Namespaces.nft(firewalls.first, """
                    table inet marks {
                      chain forward {
                        type filter hook forward priority filter;
                        tcp dport 7000 ct mark set 0x55
                      }
                    }
                    """);
            table.drain();
            table.told.calls.clear();
            pair.exchange();
            table.drain();
            List<Told.Call> calls = tcpCalls();
            assertThat(calls).hasSize(1);
            ConntrackEntry flow = calls.get(0).flow();
            assertThat(calls.get(0).name()).isEqualTo("update");
            assertThat(flow.mark).isEqualTo(0x55);
            assertThat(flow.protocolState).isEqualTo(TcpConntrack.ESTABLISHED);
            assertThat(flow.tcpScaleOriginal).isPositive();
        }
    }

    @Test
    void aConnectionIsToldFromItsSynToItsResetButForTheAnswerToItsSyn() throws Exception {
        TcpPair pair = TcpPair.toServer(firewalls, "192.0.2.2", 7000);
        pair.connected.setSoLinger(true, 0);
        pair.close();
        table.drain();
        List<Told.Call> calls = tcpCalls();
        assertThat(calls).extracting(Told.Call::name).containsExactly("insert", "update", "update");
        assertThat(calls)
                .extracting(call -> call.flow().protocolState)
                .containsExactly(TcpConntrack.SYN_SENT, TcpConntrack.ESTABLISHED, TcpConntrack.CLOSE);
    }

    @Test
    void aConnectionThatIsRefusedIsClosedAndNotEvicted() throws Exception {
        Socket refused = Namespaces.in(firewalls.client, SocketChannel::open).socket();
        assertThatThrownBy(() -> refused.connect(new InetSocketAddress("192.0.2.2", 7_001), 5_000))
                .isInstanceOf(ConnectException.class);
        table.drain();
        assertThat(tcpCalls()).extracting(Told.Call::name).containsExactly("insert", "closed");
    }

    private List<Told.Call> tcpCalls() {
        return table.told.calls.stream()
                .filter(call -> call.flow().original.protocol == IpProtocol.TCP)
                .toList();
    }
}
