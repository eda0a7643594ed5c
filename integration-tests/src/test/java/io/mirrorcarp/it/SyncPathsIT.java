// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.traffic.FlowLoad;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A pair that keeps its states equal by the cable and by the LAN, under 500 new connections a second. The topology is drawn at {@link Pair}. */
@EnabledIfSystemProperty(
        named = "load",
        matches = "true",
        disabledReason = "works for some ten seconds under load: run it with -Dload=true")
class SyncPathsIT {
    private static final int FLOWS_PER_SECOND = 500;
    private static final int FLOWS = 750;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Pair pair = Pair.of(UnaryOperator.identity());
    private FlowLoad load;

    @AfterEach
    void end() {
        if (load != null) {
            load.close();
        }
        pair.close();
    }

    private void start(String syncdev) throws Exception {
        for (Firewall node : List.of(pair.a, pair.b)) {
            Path file = node.carpd().configFile();
            Files.writeString(file, Files.readString(file).replace("syncdev     = \"sync0\"", "syncdev = " + syncdev));
            for (String rule : List.of(
                    "input iifname lan0 tcp dport 7240 accept",
                    "input iifname lan0 tcp sport 7240 accept",
                    "input iifname lan0 meta l4proto 240 accept",
                    "raw_in iifname lan0 tcp dport 7240 notrack",
                    "raw_in iifname lan0 tcp sport 7240 notrack",
                    "raw_out oifname lan0 tcp dport 7240 notrack",
                    "raw_out oifname lan0 tcp sport 7240 notrack")) {
                node.host().run("nft", "insert rule inet router " + rule).orThrow();
            }
        }
        pair.start();
        pair.awaitPreferredRoles("in-sync");
        load = SyncChaosIT.load(pair);
        load.open(FLOWS_PER_SECOND, 0);
        awaitFlows();
    }

    private void awaitFlows() {
        long wanted = load.opened() + FLOWS;
        Awaitility.await("flows").atMost(LIMIT).until(() -> load.opened() >= wanted);
    }

    private static JsonNode path(JsonNode status, int path) {
        return status.path("pfsync").path("paths").path(path);
    }

    private void awaitInUse(String device) {
        for (Firewall node : List.of(pair.a, pair.b)) {
            node.await(
                    "states go by " + device,
                    status -> status.path("pfsync").path("syncdev").asText().equals(device),
                    LIMIT);
        }
    }

    private void assertNobodyNoticed() {
        pair.awaitPreferredRoles("in-sync");
        for (Firewall node : List.of(pair.a, pair.b)) {
            String log = node.carpd().log();
            assertThat(log)
                    .as(pair.logsOf())
                    .doesNotContain("pfsync-link")
                    .doesNotContain("is lost")
                    .doesNotContain("sync0 is down")
                    .doesNotContain("lost its carrier");
            assertThat(log.lines().filter(line -> line.contains(" -> MASTER")).count())
                    .as("promotions of %s%s", node.name(), pair.logsOf())
                    .isEqualTo(node == pair.a ? 2 : 0);
        }
    }

    @Test
    void aCutCableLosesNoFlowAndChangesNoRoleAndServesAgain() throws Exception {
        start("[\"sync0\", \"lan0\"]");
        awaitInUse("sync0");
        pair.topology.sync().cutCable(pair.a.host());
        awaitInUse("lan0");
        awaitFlows();
        pair.a.await(
                "the fault is told",
                status -> path(status, 0).path("fault").asText().equals("no carrier")
                        && status.path("pfsync").path("faults").toString().contains("sync-path-down")
                        && status.path("failoverReady").asBoolean(),
                LIMIT);
        assertThat(pair.a.carpctl("status").out())
                .contains("paths  sync0 (no carrier), lan0 in use")
                .contains("warning: sync path sync0: no carrier; frames go by lan0");
        assertThat(pair.a.carpctl("doctor").out()).contains("sync path sync0: no carrier");
        pair.topology.sync().restoreCable(pair.a.host());
        awaitInUse("sync0");
        awaitFlows();
        load.open(0, 0);
        Awaitility.await("all flows on both" + pair.logsOf())
                .atMost(LIMIT)
                .until(() -> flows(pair.a) >= load.opened() && flows(pair.a) == flows(pair.b));
        assertNobodyNoticed();
        assertThat(pair.a.carpd().log()).contains("sync path sync0 is back; frames go by sync0");
    }

    private static int flows(Firewall node) {
        return KernelTable.of(node.host()).size();
    }

    /** The control. */
    @Test
    void withOneSyncdevTheSameCutDemotes() throws Exception {
        start("\"sync0\"");
        pair.topology.sync().cutCable(pair.a.host());
        pair.a.await(
                "demoted", status -> status.path("demotionSources").toString().contains("pfsync-link"), LIMIT);
        pair.b.await("lost", Statuses.pfsync("lost"), LIMIT);
    }
}
