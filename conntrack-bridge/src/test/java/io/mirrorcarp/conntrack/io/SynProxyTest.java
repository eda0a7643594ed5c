// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.conntrack.StateMapping;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.TcpConntrack;
import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A firewall with a SYN proxy for some port takes over handshakes of others: the kernel's proxy looks at every entry that a program made. */
class SynProxyTest {
    private static final String FOR_ANOTHER_PORT = """
            table inet proxied {
              chain forward {
                type filter hook forward priority filter;
                tcp dport 9999 ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
              }
            }
            """;

    private static final String NAMED = """
            table inet proxied {
              synproxy usual { mss 1460; wscale 7; timestamp sack-perm; }
              chain forward {
                type filter hook forward priority filter;
                tcp dport 9999 ct state invalid,untracked synproxy name "usual"
              }
            }
            """;

    /** Before the table sees it. */
    private static final String LOSE_WHAT_THE_CLIENT_ACKNOWLEDGES = """
            table inet lossy {
              chain prerouting {
                type filter hook prerouting priority -350;
                iifname lan tcp flags & (syn | ack) == ack drop
              }
            }
            """;

    private static final int LIMIT_MILLIS = 5_000;
    private static final int SHORT_LIMIT_MILLIS = 1_500;

    private FirewallPair firewalls;
    private TableParts first;
    private TableParts second;
    private Vertx vertx;
    private Context loop;
    private NetworkNamespace entered;
    private WindowPass pass;
    private ServerSocket listener;
    private Socket connected;

    @BeforeEach
    void open() throws Exception {
        firewalls = new FirewallPair();
        first = Namespaces.in(firewalls.first, TableParts::new);
        second = Namespaces.in(firewalls.second, TableParts::new);
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
        loop = vertx.getOrCreateContext();
        SynProxyRules rules = new SynProxyRules();
        onLoop(() -> {
            entered = NetworkNamespace.enter(firewalls.second);
            pass = WindowPass.open(second.importer, () -> false, rules::look);
            return null;
        });
    }

    @AfterEach
    void close() throws Exception {
        if (pass != null) {
            onLoop(() -> {
                pass.close();
                entered.close();
                return null;
            });
            vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        }
        for (AutoCloseable each : new AutoCloseable[] {connected, listener, first, second, firewalls}) {
            if (each != null) {
                each.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {FOR_ANOTHER_PORT, NAMED})
    void oneIsFoundByItsRuleOrItsObjectAndNoLongerWhenItIsGone(String ruleset) throws Exception {
        SynProxyRules rules = new SynProxyRules();
        assertThat(Namespaces.in(firewalls.second, rules::look)).as("before").isFalse();
        Namespaces.nft(firewalls.second, ruleset);
        assertThat(Namespaces.in(firewalls.second, rules::look)).isTrue();
        Namespaces.nft(firewalls.second, "delete table inet proxied");
        assertThat(Namespaces.in(firewalls.second, rules::look))
                .as("afterwards")
                .isFalse();
    }

    @Test
    void oneOfIptablesIsFoundToo() throws Exception {
        String[] rule = {"-p", "tcp", "--dport", "9999", "-m", "state", "--state", "INVALID", "-j", "SYNPROXY"};
        String[] command = new String[rule.length + 3];
        command[0] = "iptables-nft";
        command[1] = "-A";
        command[2] = "FORWARD";
        System.arraycopy(rule, 0, command, 3, rule.length);
        Namespaces.exec(firewalls.second, command);
        assertThat(Namespaces.in(firewalls.second, new SynProxyRules()::look)).isTrue();
    }

    /** The client has the SYN/ACK, and what it answers is lost with the first firewall. The server repeats the SYN/ACK after a second. */
    @Test
    void anAnsweredHandshakeGoesOnAfterThePass() throws Exception {
        Namespaces.nft(firewalls.second, FOR_ANOTHER_PORT);
        cutOff();
        runPass();
        try (TcpPair pair = new TcpPair(connected, accept(LIMIT_MILLIS))) {
            pair.exchange();
        }
    }

    /** The control. */
    @Test
    void withoutThePassTheProxyTakesItForItsOwn() throws Exception {
        Namespaces.nft(firewalls.second, FOR_ANOTHER_PORT);
        cutOff();
        assertThatThrownBy(() -> {
                    try (TcpPair pair = new TcpPair(connected, accept(SHORT_LIMIT_MILLIS))) {
                        pair.oneWay(pair.accepted, pair.connected, SHORT_LIMIT_MILLIS);
                    }
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void anUnansweredHandshakeIsDeletedSoThatItsSynBeginsAnew() throws Exception {
        importHandshakes();
        Namespaces.nft(firewalls.second, FOR_ANOTHER_PORT);
        runPass();
        assertThat(state(1)).as("SYN_SENT").isZero();
        assertThat(state(2)).as("SYN_RECV").isEqualTo(TcpConntrack.ESTABLISHED);
        assertThat(state(3)).as("ESTABLISHED").isEqualTo(TcpConntrack.ESTABLISHED);
        assertThat(state(8)).as("CLOSE").isZero();
    }

    @Test
    void withoutAProxyHandshakesStayAsTheyAre() throws Exception {
        importHandshakes();
        runPass();
        assertThat(state(1)).isEqualTo(TcpConntrack.SYN_SENT);
        assertThat(state(2)).isEqualTo(TcpConntrack.SYN_RECV);
        assertThat(state(8)).isEqualTo(TcpConntrack.CLOSE);
    }

    private void importHandshakes() {
        for (int state :
                new int[] {TcpConntrack.SYN_SENT, TcpConntrack.SYN_RECV, TcpConntrack.ESTABLISHED, TcpConntrack.CLOSE
                }) {
            StateRecord record = Flows.tcpSnat(state);
            record.protocolState = state;
            record.status &= state == TcpConntrack.SYN_SENT ? StateRecord.STATUS_SOURCE_NAT : record.status;
            second.importer.insert(record);
        }
        second.importer.flush();
    }

    /** Of the flow from that port; 0 where there is none. */
    private int state(int port) throws Exception {
        return Namespaces.in(firewalls.second, second::dumpAll).stream()
                .filter(entry -> entry.hasProtocolState && entry.original.sourcePort == port)
                .mapToInt((ConntrackEntry entry) -> entry.protocolState)
                .findFirst()
                .orElse(0);
    }

    /** Moves a connection whose client is content and whose server is not to the second firewall. */
    private void cutOff() throws Exception {
        first.events.setProxied(true);
        Namespaces.nft(firewalls.first, LOSE_WHAT_THE_CLIENT_ACKNOWLEDGES);
        listener = Namespaces.in(firewalls.server, () -> new ServerSocket(7000));
        connected = Namespaces.in(firewalls.client, SocketChannel::open).socket();
        connected.connect(new InetSocketAddress("192.0.2.2", 7000), LIMIT_MILLIS);
        first.drain();
        for (Told.Call call : first.told.calls) {
            StateRecord record = new StateRecord();
            StateMapping.toRecord(call.flow(), record);
            second.importer.update(record);
        }
        second.importer.flush();
        assertThat(state(connected.getLocalPort())).isEqualTo(TcpConntrack.SYN_RECV);
        firewalls.failOver();
    }

    /** The server gets the missing segment of the handshake: the client's, or the proxy's. */
    private Socket accept(int limitMillis) throws IOException {
        listener.setSoTimeout(limitMillis);
        return listener.accept();
    }

    private void runPass() throws Exception {
        onLoop(() -> {
            pass.begin(loop);
            return null;
        });
        Awaitility.await("end of the pass").atMost(Duration.ofSeconds(5)).until(() -> onLoop(() -> !pass.isRunning()));
    }

    private <T> T onLoop(Callable<T> call) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.runOnContext(nothing -> {
            try {
                done.complete(call.call());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done.get(10, TimeUnit.SECONDS);
    }
}
