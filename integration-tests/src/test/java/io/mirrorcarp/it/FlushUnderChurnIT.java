// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.Commands;
import io.mirrorcarp.lab.traffic.FlowLoad;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/** {@code carpctl states flush} while connections begin and end. The topology is drawn at {@link Pair}. */
@Isolated
@EnabledIfSystemProperty(
        named = "load",
        matches = "true",
        disabledReason = "loads the machine for half a minute: run it with -Dload=true")
class FlushUnderChurnIT {
    private static final int FLOWS = 110_000;
    private static final int CHURN_PER_SECOND = 2_000;
    private static final int LIFETIME_SECONDS = 2;
    /** Those of the churn, with what closed a moment ago. */
    private static final int FEW = 40_000;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static int flows(Firewall node) {
        return KernelTable.of(node.host()).size();
    }

    private static CommandResult flush(Firewall node) {
        String carpctl = Checkout.home().resolve("bin/carpctl").toString();
        String socket = node.carpd().socket().toString();
        return Commands.run(
                node.host().namespace().inside(carpctl, "--socket", socket, "states", "flush", "--yes"), "", LIMIT);
    }

    @Test
    void itEndsAndSaysHowMuchItDeleted() throws Exception {
        try (Pair pair = Pair.inSync();
                FlowLoad load = SyncChaosIT.load(pair)) {
            SyncChaosIT.forgetClosedSoon(pair);
            load.open(10_000, 0);
            Awaitility.await("flows").atMost(LIMIT).until(() -> load.opened() >= FLOWS);
            load.open(CHURN_PER_SECOND, LIFETIME_SECONDS);
            Awaitility.await("copies").atMost(LIMIT).until(() -> flows(pair.b) >= FLOWS);
            long start = System.nanoTime();
            CommandResult flush = flush(pair.a);
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf("%.1f s: %s%s", seconds, flush.out(), flush.err());
            assertThat(flush.exitStatus()).as(flush.err() + pair.logsOf()).isZero();
            assertThat(flush.out()).matches("deleted \\d{6} states here and on the peers\n");
            if (seconds > 3) {
                assertThat(flush.err()).as("progress").contains(" so far");
            }
            for (Firewall node : List.of(pair.a, pair.b)) {
                Awaitility.await("gone from " + node.name()).atMost(LIMIT).until(() -> flows(node) < FEW);
            }
            load.open(0, 0);
            SyncChaosIT.assertEqualTables(pair, LIMIT);
        }
    }
}
