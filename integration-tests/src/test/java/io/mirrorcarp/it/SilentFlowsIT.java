// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.traffic.TcpFlow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Flows that began while {@code nf_conntrack_events} was 0: the kernel never tells of them, whatever becomes of them. The topology is drawn at {@link Pair}. */
@EnabledIfSystemProperty(
        named = "load",
        matches = "true",
        disabledReason = "starts and restarts daemons, and reads tables: run it with -Dload=true")
class SilentFlowsIT {
    private static final int FLOWS = 5;
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String SETTING = "net.netfilter.nf_conntrack_events";
    private static final String CLIENT = "198.18.0.9";

    private static void makeSilently(Firewall node) {
        node.host().sysctl(SETTING + "=0");
        for (int i = 0; i < FLOWS; i++) {
            node.host()
                    .run(("conntrack -I -p tcp -s " + CLIENT + " -d 203.0.113.100 --sport " + (40_000 + i)
                                    + " --dport 443 --state ESTABLISHED -u SEEN_REPLY,ASSURED -t 432000")
                            .split(" "))
                    .orThrow();
        }
        node.host().sysctl(SETTING + "=1");
    }

    private static long copies(Firewall node) {
        return KernelTable.of(node.host()).flows().stream()
                .filter(flow -> flow.contains(CLIENT))
                .count();
    }

    private static void awaitFlows(Firewall node, int count) {
        Awaitility.await(count + " flows on " + node.name()).atMost(LIMIT).until(() -> copies(node) == count);
    }

    private static void assertEqual(Pair pair) {
        for (Firewall node : List.of(pair.a, pair.b)) {
            var verify = node.carpctl("pfsync", "verify");
            assertThat(verify.exitStatus()).as(verify.out() + verify.err()).isZero();
        }
    }

    /** Field case 23. */
    @Test
    void copiesOfThoseThatEndedGoAndBothAreReadyAgain() {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            makeSilently(pair.a);
            pair.start();
            pair.awaitPreferredRoles("in-sync");
            awaitFlows(pair.b, FLOWS);
            pair.a.host().run("conntrack", "-D", "-s", CLIENT).orThrow();
            // The first comparison finds what differs, and mends it.
            pair.a.carpctl("pfsync", "verify");
            awaitFlows(pair.b, 0);
            assertEqual(pair);
            makeSilently(pair.a);
            pair.a
                    .host()
                    .run("conntrack", "-D", "-p", "tcp", "-s", CLIENT, "--sport", "40000")
                    .orThrow();
            assertThat(pair.b.stop()).isZero();
            pair.b.start();
            pair.awaitPreferredRoles("in-sync");
            pair.a.carpctl("pfsync", "verify");
            awaitFlows(pair.b, FLOWS - 1);
            for (Firewall node : List.of(pair.a, pair.b)) {
                node.await(
                        "ready" + pair.logsOf(),
                        status -> status.path("failoverReady").asBoolean(),
                        LIMIT);
            }
            assertEqual(pair);
        }
    }

    /** Field case 24: somebody turns events off beside two daemons that run. Connections that open at that moment survive the failover. */
    @Test
    void eventsThatAreTurnedOffAreNoticedAndTheFlowsOfThatMomentAreCarried() {
        try (Pair pair = Pair.inSync()) {
            List<TcpFlow> flows = new ArrayList<>();
            try {
                pair.a.host().sysctl("net.netfilter.nf_conntrack_tcp_loose=0");
                pair.b.host().sysctl("net.netfilter.nf_conntrack_tcp_loose=0");
                pair.a.host().sysctl(SETTING + "=0");
                for (int i = 0; i < FLOWS; i++) {
                    flows.add(TcpFlow.open(pair.topology.client(), pair.topology.server(), Topology.SERVER));
                }
                Awaitility.await("it is set back and told").atMost(LIMIT).untilAsserted(() -> {
                    assertThat(pair.a.host().run("sysctl", "-n", SETTING).out().strip())
                            .isEqualTo("1");
                    assertThat(pair.a.carpd().log()).contains(SETTING + " was set to 0");
                });
                Awaitility.await("their copies" + pair.logsOf())
                        .atMost(LIMIT)
                        .until(() -> KernelTable.of(pair.b.host())
                                .flows()
                                .containsAll(KernelTable.of(pair.a.host()).flows()));
                pair.a.powerLoss();
                pair.b.awaitState("master", Pair.ROLE_LIMIT);
                for (TcpFlow flow : flows) {
                    assertThat(flow.exchange(LIMIT))
                            .as("after the failover" + pair.logsOf())
                            .isEmpty();
                }
            } finally {
                flows.forEach(TcpFlow::close);
            }
        }
    }
}
