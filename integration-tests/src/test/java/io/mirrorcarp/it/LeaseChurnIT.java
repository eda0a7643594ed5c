// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.LabProcess;
import io.mirrorcarp.lab.traffic.FlowLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A healthy master keeps its addresses, however long flows come and go by the thousand and other processes want the processors. {@code -DchurnMinutes=60} makes it an hour. The topology is
 * drawn at {@link Pair}.
 */
@Isolated
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "loads the machine: bin/test --load")
class LeaseChurnIT {
    private static final int MINUTES = Integer.getInteger("churnMinutes", 2);
    private static final int BUSY_PROCESSES = Integer.getInteger("churnBusy", 4);
    private static final int FLOWS_PER_SECOND = Integer.getInteger("churnFlows", 3_000);
    private static final int LIFETIME_SECONDS = 8;
    private static final double LEASE_SECONDS = 2;
    /** Of what is to be opened in the time: the generator waits for the processors as well. */
    private static final double LEAST_SHARE = 0.5;

    @Test
    void noLeaseRunsOutAndNothingChangesWhileFlowsComeAndGo() throws Exception {
        try (Pair pair = Pair.inSync()) {
            forgetSoon(pair);
            LeaseRenewals lan = new LeaseRenewals(pair.a, Topology.VIRTUAL_LAN);
            LeaseRenewals wan = new LeaseRenewals(pair.a, Topology.VIRTUAL_WAN);
            List<LabProcess> busy = new ArrayList<>();
            for (int i = 0; i < BUSY_PROCESSES; i++) {
                busy.add(pair.a.host().spawn("busy" + i, "sh", "-c", "while :; do :; done"));
            }
            String before = roles(pair);
            try (FlowLoad load = SyncChaosIT.load(pair)) {
                load.open(FLOWS_PER_SECOND, LIFETIME_SECONDS);
                awaitEndUnlessChanged(pair, before);
                report(pair, load, lan, wan);
                assertThat(load.opened())
                        .as("flows opened")
                        .isGreaterThan(Math.round(LEAST_SHARE * FLOWS_PER_SECOND * 60 * MINUTES));
            } finally {
                busy.forEach(LabProcess::kill);
            }
            assertThat(roles(pair)).as("states and transitions" + pair.logsOf()).isEqualTo(before);
            for (LeaseRenewals renewals : List.of(lan, wan)) {
                renewals.end();
                assertThat(renewals.deletions()).as("leases that ran out").isEmpty();
                assertThat(renewals.longestPauseSeconds()).isBetween(0.5, LEASE_SECONDS);
            }
            assertThat(carp(pair.a, "addressesPutBack")).isZero();
        }
    }

    /** So that the tables stay as they are after some seconds: of the flows of {@link FlowLoad} every fourth is never closed. */
    private static void forgetSoon(Pair pair) {
        SyncChaosIT.forgetClosedSoon(pair);
        for (Firewall firewall : List.of(pair.a, pair.b)) {
            firewall.host().sysctl("net.netfilter.nf_conntrack_tcp_timeout_established=20");
        }
    }

    private static void awaitEndUnlessChanged(Pair pair, String before) {
        long endNanos = System.nanoTime() + Duration.ofMinutes(MINUTES).toNanos();
        Awaitility.await("the end of the churn")
                .pollInterval(Duration.ofSeconds(5))
                .atMost(Duration.ofMinutes(MINUTES + 1L))
                .until(() -> System.nanoTime() >= endNanos || !roles(pair).equals(before));
    }

    /** What must not change, in one line for each virtual host. */
    private static String roles(Pair pair) {
        StringBuilder text = new StringBuilder();
        for (Firewall firewall : List.of(pair.a, pair.b)) {
            for (JsonNode vhid : firewall.status().path("vhids")) {
                text.append(firewall.name())
                        .append(' ')
                        .append(vhid.path("name").asText())
                        .append(' ')
                        .append(vhid.path("state").asText())
                        .append(", transitions ")
                        .append(vhid.path("transitions").asInt())
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static long carp(Firewall firewall, String counter) {
        return firewall.stats().path("carp").path(counter).asLong();
    }

    private static void report(Pair pair, FlowLoad load, LeaseRenewals lan, LeaseRenewals wan) {
        System.out.printf(
                "%d min: %d flows opened, %d entries now; %d and %d renewals, longest pause %.3f s and %.3f s of %.0f s%n",
                MINUTES,
                load.opened(),
                pair.a.status().path("conntrack").path("entries").asLong(),
                lan.count(),
                wan.count(),
                lan.longestPauseSeconds(),
                wan.longestPauseSeconds(),
                LEASE_SECONDS);
    }
}
