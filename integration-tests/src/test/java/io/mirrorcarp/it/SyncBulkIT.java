// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.traffic.FlowLoad;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/** A node that knows nothing gets a big table while it changes. The topology is drawn at {@link Pair}. */
@Isolated
@EnabledIfSystemProperty(
        named = "load",
        matches = "true",
        disabledReason = "loads the machine for a minute and more: run it with -Dload=true")
class SyncBulkIT {
    private static final int FLOWS = 200_000;
    private static final int CHURN_PER_SECOND = 1_000;
    private static final int LIFETIME_SECONDS = 2;
    private static final Duration CALM_LIMIT = Duration.ofSeconds(60);
    private static final Duration SWEEP_LIMIT = Duration.ofSeconds(60);

    @Test
    void aColdPeerGetsTwoHundredThousandFlowsUnderChurn() throws Exception {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            SyncChaosIT.forgetClosedSoon(pair);
            pair.a.start();
            pair.a.awaitState("master", Pair.START_LIMIT);
            try (FlowLoad load = SyncChaosIT.load(pair)) {
                load.open(20_000, 0);
                Awaitility.await("flows").atMost(Duration.ofSeconds(60)).until(() -> load.opened() >= FLOWS);
                load.open(CHURN_PER_SECOND, LIFETIME_SECONDS);
                pair.b.start();
                long start = System.nanoTime();
                pair.b.await(
                        "in sync and no longer demoted",
                        Statuses.pfsync("in-sync")
                                .and(status -> status.path("demotion").asInt() == 0),
                        Duration.ofSeconds(60));
                System.out.printf("in sync %.1f s after the start of carpd%n", (System.nanoTime() - start) / 1e9);
                load.open(0, 0);
            }
            // The connections of the first seconds were told when they were established; the sweep finds those that
            // never were.
            Awaitility.await("half-open connections are told again, where they were not")
                    .atMost(CALM_LIMIT)
                    .until(() -> !pair.a.carpd().log().contains("told when they are established")
                            || pair.a.carpd().log().contains("peers are told of half-open ones again"));
            SyncChaosIT.assertEqualTables(pair, SWEEP_LIMIT);
            assertThat(pair.b.stats().path("pfsync").path("bulkEntriesIn").asLong())
                    .as("entries of the bulk update")
                    .isGreaterThanOrEqualTo(FLOWS);
            JsonNode vhids = pair.a.status().path("vhids");
            assertThat(vhids.findValuesAsText("state")).as("fw-a").containsOnly("master");
            assertThat(vhids.findValuesAsText("transitions"))
                    .as("roles of fw-a changed beside the bulk update")
                    .containsOnly("2");
        }
    }
}
