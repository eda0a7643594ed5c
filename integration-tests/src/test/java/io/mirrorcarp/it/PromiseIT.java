// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Statuses;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A node whose table may not be whole holds itself back until it is proven whole. The topology is drawn at {@link Pair}. */
class PromiseIT {
    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes long: bin/test --load")
    @Test
    void aNodeWithoutAPeerBecomesMasterAloneAndSaysThatItIsDegraded() {
        try (Pair pair = Pair.of(settings -> settings.withBulkTimeout("12s"))) {
            pair.a.start();
            JsonNode alone = pair.a.await(
                    "MASTER alone", Statuses.every("master").and(Statuses.pfsync("alone")), Pair.START_LIMIT);
            assertThat(alone.path("failoverReady").asBoolean()).isFalse();
            if (alone.path("uptimeSeconds").asDouble() < 10) {
                assertThat(alone.path("demotion").asInt()).isEqualTo(240);
                assertThat(alone.path("suppressPreempt").asInt()).isEqualTo(1);
                assertThat(alone.path("demotionSources").findValuesAsText("source"))
                        .containsExactly("pfsync-bulk");
            }
            JsonNode degraded = pair.a.await(
                    "degraded",
                    status -> status.path("failoverBlockedBy").toString().contains("degraded"),
                    Pair.ROLE_LIMIT);
            assertThat(degraded.path("failoverBlockedBy").toString()).contains("no bulk update within 12 s");
            assertThat(degraded.path("demotion").asInt())
                    .as("time proves nothing")
                    .isEqualTo(240);
        }
    }

    @Test
    void aNodeWithAnotherKeyHearsNobodyAndCountsIt() throws Exception {
        try (Pair pair = Pair.of(settings -> settings.withBulkTimeout("4s"))) {
            byte[] other = Base64.getEncoder().encode(new byte[32]);
            Files.writeString(
                    pair.b.host().directory().resolve("sync.key"), new String(other, StandardCharsets.US_ASCII));
            pair.start();
            JsonNode status = pair.b.await(
                    "degraded", now -> now.path("failoverBlockedBy").toString().contains("degraded"), Pair.START_LIMIT);
            assertThat(status.path("pfsync").path("state").asText()).isEqualTo("alone");
            assertThat(pair.b.stats().path("pfsync").path("badAuth").asInt()).isPositive();
            assertThat(pair.a.stats().path("pfsync").path("badAuth").asInt()).isPositive();
        }
    }

    @Test
    void losingTheSyncCableDemotesBothAndMovesNothing() {
        try (Pair pair = Pair.inSync()) {
            int transitions = transitions(pair.a.status()) + transitions(pair.b.status());
            pair.topology.sync().cutCable(pair.a.host());
            pair.b.await(
                    "lost and demoted",
                    Statuses.pfsync("lost")
                            .and(status -> status.path("suppressPreempt").asInt() > 0),
                    Pair.ROLE_LIMIT);
            pair.a.await("demoted", status -> status.path("suppressPreempt").asInt() > 0, Pair.ROLE_LIMIT);
            pair.topology.sync().restoreCable(pair.a.host());
            pair.awaitPreferredRoles("in-sync");
            assertThat(transitions(pair.a.status()) + transitions(pair.b.status()))
                    .as("changes of state" + pair.logsOf())
                    .isEqualTo(transitions);
        }
    }

    @Test
    void demotingTheMasterByHandHandsItsAddressesOverWithoutLosingTheConnection() {
        try (Pair pair = Pair.inSync()) {
            var download = pair.download(java.time.Duration.ofSeconds(6));
            assertThat(pair.a
                            .carpctl("demote", "50", "--reason", "maintenance window")
                            .exitStatus())
                    .isZero();
            assertThat(pair.b.status().path("demotion").asInt()).isZero();
            assertThat(pair.a
                            .carpctl("demote", "200", "--reason", "maintenance window")
                            .exitStatus())
                    .isZero();
            pair.b.awaitState("master", Pair.ROLE_LIMIT);
            pair.assertSurvived(download, java.time.Duration.ofSeconds(1));
            assertThat(pair.a.carpctl("demote", "--reset").exitStatus()).isZero();
            pair.a.awaitState("master", Pair.ROLE_LIMIT);
            assertThat(pair.a.carpctl("sysctl", "demotion").out().strip()).isEqualTo("net.inet.carp.demotion=0");
        }
    }

    @Test
    void framesThatNobodySealedAreCountedAndDropped() throws Exception {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            pair.start();
            pair.awaitPreferredRoles("in-sync");
            RawFrames.sendPfsyncOfOpenBsd(pair.b.host(), "192.0.2.1", "sync0");
            pair.a.await(
                    "a foreign frame counted",
                    status -> pair.a.stats().path("pfsync").path("badVersion").asInt() > 0,
                    Pair.ROLE_LIMIT);
            pair.a.await("still in sync", Statuses.pfsync("in-sync"), Pair.ROLE_LIMIT);
        }
    }

    private static int transitions(JsonNode status) {
        return status.path("vhids").findValues("transitions").stream()
                .mapToInt(JsonNode::asInt)
                .sum();
    }
}
