// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.traffic.FlowLoad;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The sync devices, or the switch between them, carry frames of different lengths, or shorter ones than before. The topology is drawn at {@link Pair}. */
@EnabledIfSystemProperty(
        named = "load",
        matches = "true",
        disabledReason = "waits some ten seconds for a path to be measured: run it with -Dload=true")
class SyncMtuIT {
    private static final int FLOWS = 4_000;
    private static final int FLOWS_PER_SECOND = 2_000;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    /** A second of doubt beyond what the peer remembers, and a second for each size that is too long. */
    private static final Duration SEARCH_LIMIT = Duration.ofSeconds(30);

    private final Pair pair = Pair.of(UnaryOperator.identity());

    private FlowLoad load;

    @AfterEach
    void end() {
        if (load != null) {
            load.close();
        }
        pair.close();
    }

    private static void mtu(LabHost host, int bytes) {
        host.run("ip", "link", "set", "sync0", "mtu", Integer.toString(bytes)).orThrow();
    }

    /** What the switch takes and gives at the cable of a node. */
    private void portMtu(Firewall node, int bytes) {
        pair.topology
                .sync()
                .switchNamespace()
                .ip("link", "set", pair.topology.sync().port(node.host()), "mtu", Integer.toString(bytes));
    }

    private void start() throws Exception {
        pair.start();
        pair.awaitPreferredRoles("in-sync");
        load = SyncChaosIT.load(pair);
    }

    private static int flows(Firewall node) {
        return KernelTable.of(node.host()).size();
    }

    /** Opens flows through fw-a, and waits until fw-b has them all. */
    private void assertReplicated() {
        long wanted = load.opened() + FLOWS;
        load.open(FLOWS_PER_SECOND, 0);
        Awaitility.await("flows").atMost(LIMIT).until(() -> load.opened() >= wanted);
        load.open(0, 0);
        Awaitility.await("all flows on both" + pair.logsOf())
                .atMost(LIMIT)
                .until(() -> flows(pair.a) >= wanted && flows(pair.a) == flows(pair.b));
        for (Firewall node : List.of(pair.a, pair.b)) {
            node.await("in sync", Statuses.pfsync("in-sync"), LIMIT);
        }
    }

    private static int pathMtu(JsonNode status) {
        return status.path("pfsync").path("peers").path(0).path("pathMtu").asInt();
    }

    private void assertPathMtu(int bytes) {
        for (Firewall node : List.of(pair.a, pair.b)) {
            node.await("path MTU " + bytes, status -> pathMtu(status) == bytes, LIMIT);
            assertThat(node.carpctl("status").out()).contains("path MTU " + bytes);
        }
    }

    @Test
    void nineThousandAgainstFifteenHundredFromTheStart() throws Exception {
        mtu(pair.a.host(), 9_000);
        portMtu(pair.a, 9_000);
        start();
        assertReplicated();
        assertPathMtu(1_500);
    }

    @Test
    void aDeviceIsLoweredWhileFlowsBegin() throws Exception {
        start();
        assertReplicated();
        assertPathMtu(1_500);
        mtu(pair.b.host(), 1_280);
        portMtu(pair.b, 1_280);
        long errors = sendErrors();
        assertReplicated();
        assertPathMtu(1_280);
        assertThat(sendErrors() - errors)
                .as("frames that the kernel did not take")
                .isLessThan(100);
    }

    private long sendErrors() {
        return pair.a.stats().path("pfsync").path("sendErrors").asLong();
    }

    /** Nothing at either node tells of it: long frames are gone without a word. */
    @Test
    void aSwitchBetweenIsLoweredWhileFlowsBegin() throws Exception {
        start();
        assertReplicated();
        portMtu(pair.b, 1_400);
        assertReplicated();
        pair.a.await(
                "the fault is told",
                status -> status.path("pfsync").path("faults").toString().contains("path-mtu"),
                SEARCH_LIMIT);
        pair.a.await(
                "the largest size that passes",
                status -> pathMtu(status) > 1_360 && pathMtu(status) <= 1_400,
                SEARCH_LIMIT);
        assertThat(pair.a.carpctl("status").out()).contains("a switch between drops longer ones");
        assertThat(pair.a.carpctl("doctor").out())
                .contains("a switch between drops longer ones")
                .contains("raise the MTU of that switch");
        assertReplicated();
    }
}
