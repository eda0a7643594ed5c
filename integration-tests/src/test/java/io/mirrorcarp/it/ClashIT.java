// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.LabNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Two nodes that do not hear one another give the same translated ports to different connections. The topology is drawn at {@link Pair}. */
@EnabledIfSystemProperty(
        named = "load",
        matches = "true",
        disabledReason = "splits a pair and heals it, some ten seconds: run it with -Dload=true")
class ClashIT {
    private static final int CLASHES = 4_000;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static List<LabNetwork> segments(Pair pair) {
        return List.of(pair.topology.lan(), pair.topology.wan());
    }

    private static void split(Pair pair) {
        for (Firewall node : List.of(pair.a, pair.b)) {
            segments(pair).forEach(segment -> Parting.part(segment, node, "112"));
            Parting.part(pair.topology.sync(), node, "6, 240");
        }
    }

    private static void mend(Pair pair) {
        for (Firewall node : List.of(pair.a, pair.b)) {
            segments(pair).forEach(segment -> Parting.mend(segment, node));
            Parting.mend(pair.topology.sync(), node);
        }
    }

    /** As a master's packets would make them: each translated to a port of its own, and the other node's to the same ones. */
    private static void makeFlows(Firewall node, String client) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < CLASHES; i++) {
            lines.append("-A -t 600 -u SEEN_REPLY,ASSURED -p tcp --state ESTABLISHED -s ")
                    .append(client)
                    .append(" -d ")
                    .append(Topology.SERVER)
                    .append(" --sport ")
                    .append(10_000 + i)
                    .append(" --dport 443 -n ")
                    .append(Topology.VIRTUAL_WAN)
                    .append(':')
                    .append(20_000 + i)
                    .append('\n');
        }
        Path file = node.host().directory().resolve("flows");
        Files.writeString(file, lines);
        node.host().run("conntrack", "-R", file.toString()).orThrow();
        Awaitility.await("flows on " + node.name()).atMost(LIMIT).until(() -> flows(node) >= CLASHES);
    }

    private static int flows(Firewall node) {
        return KernelTable.of(node.host()).size();
    }

    @Test
    void fourThousandClashesAfterASplitEndEqualAndBothSaySo() throws Exception {
        try (Pair pair = Pair.inSync()) {
            split(pair);
            for (Firewall node : List.of(pair.a, pair.b)) {
                node.await("MASTER", Statuses.every("master"), LIMIT);
            }
            makeFlows(pair.a, "10.0.0.101");
            makeFlows(pair.b, "10.0.0.102");
            mend(pair);
            pair.awaitPreferredRoles("in-sync");
            TableComparison.awaitEqual(pair, LIMIT);
            assertThat(flows(pair.a)).as("one of each two").isBetween(CLASHES, CLASHES + 100);
            assertThat(pair.b.stats().path("pfsync").path("clashes").asLong()
                            + pair.a.stats().path("pfsync").path("clashes").asLong())
                    .isPositive();
            for (Firewall node : List.of(pair.a, pair.b)) {
                node.await("in sync", Statuses.pfsync("in-sync"), LIMIT);
                var verify = node.carpctl("pfsync", "verify");
                assertThat(verify.exitStatus()).as(verify.out() + verify.err()).isZero();
            }
            TableComparison.awaitEqual(pair, Duration.ZERO);
        }
    }
}
