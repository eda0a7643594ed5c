// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The roles of a node's virtual hosts move together, and who asks for a move hears whether it happened. The topology is drawn at {@link Pair}. */
class RolesIT {
    /** The ways in and out parted, and 69 of 157 new connections failed. */
    @Test
    void oneVirtualHostThatIsTakenDownByHandTakesTheOthersOfItsGroupAlong() {
        try (Pair pair = Pair.inSync()) {
            var download = pair.download(Duration.ofSeconds(6));
            assertThat(pair.a.carpctl("vhid", "lan", "down").exitStatus()).isZero();
            pair.b.awaitState("master", Pair.ROLE_LIMIT);
            check(pair.a, Statuses.vhid("lan", "init").and(Statuses.vhid("wan", "backup")));
            pair.assertSurvived(download, Duration.ofSeconds(1));
            assertThat(pair.a.carpctl("vhid", "lan", "up").exitStatus()).isZero();
            pair.awaitPreferredRoles("in-sync");
        }
    }

    @Test
    void withForceItGoesAlone() {
        try (Pair pair = Pair.inSync()) {
            assertThat(pair.a.carpctl("vhid", "lan", "down", "--force").exitStatus())
                    .isZero();
            pair.b.await("MASTER of lan", Statuses.vhid("lan", "master"), Pair.ROLE_LIMIT);
            check(pair.a, Statuses.vhid("wan", "master"));
        }
    }

    @Test
    void maintenanceWaitsForTheHandoverAndSaysWhereThereIsNone() {
        try (Pair pair = Pair.inSync()) {
            assertThat(pair.a.carpctl("maintenance", "on", "--reason", "disk").exitStatus())
                    .isZero();
            check(pair.a, Statuses.every("backup"));
            pair.a.carpctl("maintenance", "off").orThrow();
            pair.awaitPreferredRoles("in-sync");
            pair.b.stop();
            var alone = pair.a.carpctl("maintenance", "on", "--reason", "disk");
            assertThat(alone.exitStatus()).isEqualTo(5);
            assertThat(alone.err()).contains("no peer took over wan, lan");
            check(pair.a, Statuses.every("master"));
        }
    }

    /** Both were MASTER, and no line said so at the default log level. */
    @Test
    void anotherPasswordIsSaidByBothWithTheSendersAddress() throws Exception {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            Files.writeString(pair.b.host().directory().resolve("carp.key"), "another\n", StandardCharsets.US_ASCII);
            pair.start();
            pair.a.awaitState("master", Pair.START_LIMIT);
            pair.b.awaitState("master", Pair.START_LIMIT);
            pair.a.await("said", status -> pair.a.carpd().log().contains("with another password"), Pair.ROLE_LIMIT);
            pair.b.await("said", status -> pair.b.carpd().log().contains("with another password"), Pair.ROLE_LIMIT);
            assertThat(pair.a.carpd().log()).contains("VHID 2@lan0: advertisement from 10.0.0.3 with another password");
            assertThat(pair.b.carpd().log())
                    .contains("VHID 1@wan0: advertisement from 203.0.113.2 with another password");
        }
    }

    private static void check(Firewall node, Predicate<JsonNode> expected) {
        JsonNode status = node.status();
        assertThat(expected.test(status))
                .as("%s: %s%n%s", node.name(), status, node.carpd().log())
                .isTrue();
    }
}
