// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.hold;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.traffic.TcpFlow;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pair of which both nodes keep a share of the packets, with replication and holding. */
@Isolated
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "starts pairs, a minute: bin/test --load")
class BalancingIT {
    private static final int CLIENTS = 8;
    private static final int TIMES = 60;
    /** Datagrams, so milliseconds, that a move of a slot may take beyond what the status tells. */
    private static final int MOVE = 300;

    /** The same: a node that stands still for so long has neither addresses nor MACs. */
    private static final int LEASE = 3_000;

    private static final Duration EXCHANGE = Duration.ofSeconds(10);

    /** From one address after the other: an even one has another slot than an odd one. */
    private static List<TcpFlow> connect(Topology topology) throws Exception {
        LabHost client = topology.client();
        List<TcpFlow> flows = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            String own = "10.0.0." + (110 + i);
            client.address("eth0", own + "/24");
            flows.add(TcpFlow.openFrom(
                    client,
                    InetAddress.getByName(own),
                    topology.server(),
                    new InetSocketAddress(Topology.SERVER, 9000 + i)));
        }
        return flows;
    }

    private static void assertAllWork(BalancedPair pair, List<TcpFlow> flows, String when) {
        for (TcpFlow flow : flows) {
            Optional<String> failure = flow.exchange(EXCHANGE);
            assertThat(failure)
                    .as(() -> flow.connected().getLocalAddress() + " " + when + "\n" + pair.told())
                    .isEmpty();
        }
    }

    private static long kept(Firewall firewall, String device) {
        String counters =
                firewall.host().run("nft", "list", "table", "ip", "kept").out();
        int place = counters.indexOf("iifname \"" + device + "\"");
        return Long.parseLong(counters.substring(place).replaceFirst("(?s).*?packets (\\d+).*", "$1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ip-stealth", "ip", "ip-unicast"})
    void bothNodesCarryConnectionsAndEachCarriesOnThoseOfTheOther(String mode) throws Exception {
        try (BalancedPair pair = new BalancedPair(mode, "auto")) {
            for (Firewall firewall : pair.firewalls()) {
                firewall.host().nft("""
                        table ip kept {
                          chain in {
                            type filter hook prerouting priority -400;
                            iifname "lan0" ip daddr 203.0.113.100 counter
                            iifname "wan0" ip saddr 203.0.113.100 counter
                          }
                        }
                        """);
            }
            List<TcpFlow> flows = connect(pair.topology);
            assertAllWork(pair, flows, "while both work");
            assertThat(kept(pair.a, "lan0")).as("packets from clients on fw-a").isPositive();
            assertThat(kept(pair.b, "lan0")).as("packets from clients on fw-b").isPositive();
            pair.awaitEqual();
            pair.b.powerLoss();
            BalancedPair.awaitAll(pair.a);
            assertAllWork(pair, flows, "after fw-b has lost its power");
            pair.b.powerOn();
            pair.b.start();
            pair.awaitShared();
            assertAllWork(pair, flows, "after fw-b has come back");
            pair.awaitEqual();
            pair.a.stop();
            BalancedPair.awaitAll(pair.b);
            assertAllWork(pair, flows, "after fw-a was stopped");
            flows.forEach(TcpFlow::close);
        }
    }

    /** Slot 1 moves to fw-a and back; then fw-a stands still, and goes on. Its filter keeps its slot all the time, its MAC does not outlast its lease. */
    @ParameterizedTest
    @ValueSource(strings = {"ip-stealth", "ip", "ip-unicast"})
    void eachDatagramPassesOneNodeWhileRolesMoveAndWhenOneStoodStill(String mode) throws Exception {
        try (BalancedPair pair = new BalancedPair(mode, "off");
                CountedDatagrams datagrams = new CountedDatagrams(pair.topology)) {
            int from = datagrams.more(1_000);
            assertOnce(pair, datagrams, from, datagrams.more(1_000), "while both work");

            assertThat(pair.b.carpctl("maintenance", "on").exitStatus()).isZero();
            BalancedPair.awaitAll(pair.a);
            from = datagrams.more(MOVE);
            assertOnce(pair, datagrams, from, datagrams.more(1_000), "with all slots on fw-a");

            assertThat(pair.b.carpctl("maintenance", "off").exitStatus()).isZero();
            pair.awaitShared();
            from = datagrams.more(MOVE);
            assertOnce(pair, datagrams, from, datagrams.more(1_000), "with slot 1 back on fw-b");

            // So that it does not take its slot back at once.
            assertThat(pair.a.carpctl("sysctl", "net.inet.carp.preempt=0").exitStatus())
                    .isZero();
            signal(pair.a, "STOP");
            from = datagrams.more(LEASE);
            BalancedPair.awaitAll(pair.b);
            from = Math.max(from, datagrams.more(MOVE));
            assertOnce(pair, datagrams, from, datagrams.more(1_000), "while fw-a stands still");
            from = datagrams.next();
            signal(pair.a, "CONT");
            Awaitility.await("awake")
                    .atMost(EXCHANGE)
                    .until(() -> pair.a.carpd().log().contains("MASTER -> BACKUP (this node stood still)"));
            assertOnce(pair, datagrams, from, datagrams.more(500), "when fw-a goes on");
            assertThat(pair.a.carpctl("sysctl", "net.inet.carp.preempt=1").exitStatus())
                    .isZero();
            pair.awaitShared();
            from = datagrams.more(MOVE);
            assertOnce(pair, datagrams, from, datagrams.more(1_000), "when fw-a has its slot again");
        }
    }

    private static void assertOnce(BalancedPair pair, CountedDatagrams datagrams, int from, int to, String when) {
        assertThat(to).isGreaterThan(from);
        assertThat(datagrams.notOnce(from, to))
                .as(() -> when + ", of " + (to - from) + " datagrams, not exactly once\n" + pair.told())
                .isEmpty();
    }

    private static void signal(Firewall node, String name) {
        node.host()
                .run("kill", "-" + name, Long.toString(node.carpd().process().pid()))
                .orThrow();
    }

    @Test
    void connectionsOpenAtTheFirstTryAlthoughTheirDirectionsHaveDifferentSlots() throws Exception {
        assertThat(opened("auto")).as("with hold").isEqualTo(TIMES);
        assertThat(opened("off")).as("the control, without hold").isLessThan(TIMES);
    }

    private static int opened(String hold) throws Exception {
        try (BalancedPair pair = new BalancedPair("ip-stealth", hold);
                Talks talks =
                        Talks.of(pair.topology.client(), Topology.SERVER, pair.topology.server(), Topology.SERVER)) {
            // 10.0.0.100 and 203.0.113.100 have slot 0; 203.0.113.1, to which it is translated, has slot 1 with it.
            Attempts.of(hold.equals("auto") ? 100 : 0, talks::tcpClientFirst);
            Attempts attempts = Attempts.of(TIMES, talks::tcpClientFirst);
            System.out.println("balancing, hold " + hold + ": " + attempts);
            return attempts.succeeded();
        }
    }
}
