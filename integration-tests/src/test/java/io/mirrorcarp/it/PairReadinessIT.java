// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Statuses;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Whether the backup could take over is told on the master. The topology is drawn at {@link Pair}. */
class PairReadinessIT {
    private static final Duration LIMIT = Duration.ofSeconds(8);

    private static boolean isBlockedBy(JsonNode status, String words) {
        JsonNode peer = status.path("pfsync").path("peers").path(0);
        return !status.path("failoverReady").asBoolean()
                && status.path("failoverBlockedBy").toString().contains("fw-b: " + words)
                && !peer.path("ready").asBoolean()
                && peer.path("notReadyBecause").toString().contains(words);
    }

    private static boolean isReady(JsonNode status) {
        JsonNode peer = status.path("pfsync").path("peers").path(0);
        return status.path("failoverReady").asBoolean()
                && peer.path("ready").asBoolean()
                && !peer.path("version").asText().isEmpty()
                && peer.path("frameVersion").asInt() == 2;
    }

    private static boolean knowsThatItDoesNotForward(JsonNode status) {
        return !status.path("failoverReady").asBoolean()
                && status.path("failoverBlockedBy").toString().contains("this node: net.ipv4.ip_forward is 0")
                && status.path("findings").toString().contains("forwarding-off");
    }

    @Test
    void theMasterSaysWhyItsBackupCouldNotTakeOver() throws Exception {
        try (Pair pair = Pair.inSync()) {
            pair.a.await("ready", PairReadinessIT::isReady, LIMIT);
            pair.b.host().run("sysctl", "-qw", "net.ipv4.ip_forward=0").orThrow();
            pair.a.await("forwarding is missed", status -> isBlockedBy(status, "net.ipv4.ip_forward is 0"), LIMIT);
            pair.b.await("the backup says so too", PairReadinessIT::knowsThatItDoesNotForward, LIMIT);
            assertThat(pair.b.carpd().log()).contains("net.ipv4.ip_forward was 1 and is 0 now");
            pair.b.host().run("sysctl", "-qw", "net.ipv4.ip_forward=1").orThrow();
            pair.a.await("ready again", PairReadinessIT::isReady, LIMIT);
            pair.b
                    .host()
                    .run("nft", "delete", "chain", "inet", "router", "postrouting")
                    .orThrow();
            pair.a.await("translation is missed", status -> isBlockedBy(status, "no NAT hook for IPv4"), LIMIT);
            pair.b.host().nft("table inet nat {\n chain any { type nat hook postrouting priority srcnat; }\n}\n");
            pair.a.await("ready again", PairReadinessIT::isReady, LIMIT);
            pair.b.carpctl("maintenance", "on", "--reason", "new disk").orThrow();
            pair.a.await("maintenance is told", status -> isBlockedBy(status, "maintenance: new disk"), LIMIT);
            pair.b.carpctl("maintenance", "off").orThrow();
            pair.a.await("ready again", PairReadinessIT::isReady, LIMIT);
            pair.b.host().run("ip", "link", "set", "lan0", "down").orThrow();
            pair.a.await("a dead LAN is told", status -> isBlockedBy(status, "lan is INIT"), LIMIT);
            pair.b.host().run("ip", "link", "set", "lan0", "up").orThrow();
            pair.a.await(
                    "ready at last",
                    status -> isReady(status) && Statuses.every("master").test(status),
                    LIMIT);
        }
    }

    /** What a dead master said last, "I am MASTER", is not held against the one that took over. */
    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes long: bin/test --load")
    @Test
    void aDeadMasterIsNoSecondOne() throws Exception {
        try (Pair pair = Pair.inSync()) {
            pair.a.powerLoss();
            pair.b.awaitState("master", LIMIT);
            pair.b.await(
                    "gone for longer than a difference must last",
                    status -> status.path("pfsync")
                                    .path("peers")
                                    .path(0)
                                    .path("lastSeenSeconds")
                                    .asDouble()
                            > 5,
                    LIMIT.multipliedBy(2));
            assertThat(pair.b.carpctl("events", "-n", "100").out()).doesNotContain("is MASTER of", "still advertises");
            assertThat(pair.b.status().path("failoverBlockedBy").toString())
                    .contains("pfsync lost")
                    .doesNotContain("MASTER");
        }
    }
}
