// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node without its peer's states takes no address from a master that it hears, whatever the time. The topology is drawn at {@link Pair}. */
class HealthyMasterIT {
    private static final int SOME_ADVERTISEMENTS = 8;
    private static final int FLOWS = 60;

    /** What may be wrong with the state channel of fw-a. */
    enum Fault {
        ANOTHER_KEY {
            @Override
            void make(Pair pair) throws Exception {
                byte[] other = Base64.getEncoder().encode(new byte[32]);
                Files.writeString(
                        pair.a.host().directory().resolve("sync.key"), new String(other, StandardCharsets.US_ASCII));
            }
        },
        PROTOCOL_DROPPED {
            @Override
            void make(Pair pair) {
                drop(pair, "ip protocol 240 drop");
            }
        },
        CABLE_UNPLUGGED {
            @Override
            void make(Pair pair) {
                pair.topology.sync().cutCable(pair.a.host());
            }
        };

        abstract void make(Pair pair) throws Exception;
    }

    private static void drop(Pair pair, String rule) {
        pair.a.host().nft("""
                table netdev fault {
                  chain in {
                    type filter hook ingress device "sync0" priority 0;
                    %s
                  }
                }
                """.formatted(rule));
    }

    private static void mend(Pair pair) {
        pair.a.host().run("nft", "delete", "table", "netdev", "fault").orThrow();
    }

    /** Waits until a node heard so many advertisements from now on. */
    private static void hear(Firewall node) {
        int before = received(node);
        node.await("heard the master", status -> received(node) >= before + SOME_ADVERTISEMENTS, Pair.START_LIMIT);
    }

    private static int received(Firewall node) {
        return node.stats().path("carp").path("packetsReceived").asInt();
    }

    private static int transitions(Firewall node) {
        return node.status().path("vhids").findValues("transitions").stream()
                .mapToInt(JsonNode::asInt)
                .sum();
    }

    private static String addresses(Firewall node) {
        return node.host().run("ip", "-o", "addr", "show").orThrow().out();
    }

    private static void awaitNoVirtualAddress(Firewall node, Duration limit) {
        Awaitility.await("no virtual address on " + node.name())
                .atMost(limit)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(addresses(node))
                        .doesNotContain(Topology.VIRTUAL_LAN + "/")
                        .doesNotContain(Topology.VIRTUAL_WAN + "/"));
    }

    /** With bulkTimeout over it took the addresses, and the download died. */
    @ParameterizedTest
    @EnumSource(Fault.class)
    void thePreferredNodeWhoseStateChannelIsBrokenStaysBackup(Fault fault) throws Exception {
        assumeTrue(fault == Fault.ANOTHER_KEY || Boolean.getBoolean("load"), "half a minute more: bin/test --load");
        try (Pair pair = Pair.of(settings -> settings.withBulkTimeout("2s"))) {
            pair.b.start();
            pair.b.awaitState("master", Pair.START_LIMIT);
            fault.make(pair);
            var download = pair.download(Duration.ofSeconds(20));
            pair.a.start();
            pair.a.await(
                    "degraded", now -> now.path("failoverBlockedBy").toString().contains("degraded"), Pair.START_LIMIT);
            hear(pair.a);
            check(pair.a, Statuses.every("backup"));
            check(pair.b, Statuses.every("master"));
            assertThat(pair.a.carpd().log()).doesNotContain("-> MASTER");
            pair.assertSurvived(download, Duration.ofSeconds(1));
        }
    }

    /** Heartbeats pass, so both are in session; what carries flows does not. */
    @Test
    void aNodeThatMissesFlowsTakesNothingWhenItsMaintenanceEnds() throws Exception {
        try (Pair pair = Pair.inSync()) {
            assertThat(pair.a.carpctl("maintenance", "on", "--reason", "test").exitStatus())
                    .isZero();
            pair.b.awaitState("master", Pair.ROLE_LIMIT);
            pair.a.await("in sync", Statuses.pfsync("in-sync"), Pair.ROLE_LIMIT);
            drop(pair, "ip protocol 240 meta length > 600 drop");
            List<Socket> flows = pair.topology.client().call(() -> {
                List<Socket> open = new ArrayList<>();
                for (int i = 0; i < FLOWS; i++) {
                    open.add(new Socket(
                            pair.server.address().getAddress(),
                            pair.server.address().getPort()));
                }
                return open;
            });
            pair.a.await("lagging", status -> !Statuses.pfsync("in-sync").test(status), Pair.ROLE_LIMIT);
            assertThat(pair.a.carpctl("maintenance", "off").exitStatus()).isZero();
            hear(pair.a);
            check(pair.a, Statuses.every("backup"));
            mend(pair);
            pair.a.await("MASTER, in sync", Statuses.every("master").and(Statuses.pfsync("in-sync")), Pair.START_LIMIT);
            for (Socket flow : flows) {
                flow.close();
            }
        }
    }

    /** It advertised 12 to 25 ms after it went on, before it had listened, and its peer gave way. */
    @Test
    void aMasterThatWasFrozenIsBackupUntilItHasHeardItsPeer() {
        try (Pair pair = Pair.inSync()) {
            var download = pair.download(Duration.ofSeconds(16));
            signal(pair.a, "STOP");
            awaitNoVirtualAddress(pair.a, Duration.ofSeconds(3));
            pair.b.awaitState("master", Pair.ROLE_LIMIT);
            pass(pair, 3);
            signal(pair.a, "CONT");
            pair.a.await(
                    "awake",
                    status -> pair.a.carpd().log().contains("MASTER -> BACKUP (this node stood still)"),
                    Pair.ROLE_LIMIT);
            pair.awaitPreferredRoles("in-sync");
            String after = pair.a.carpd().log();
            after = after.substring(after.indexOf("stood still"));
            assertThat(after).contains("BACKUP -> MASTER (preempting a slower master)");
            assertThat(after.indexOf("must not preempt")).isLessThan(after.indexOf("BACKUP -> MASTER"));
            pair.assertSurvived(download, Duration.ofSeconds(5));
        }
    }

    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes long: bin/test --load")
    @Test
    void aBackupThatWasFrozenTakesNothingFromTheMasterThatLives() {
        try (Pair pair = Pair.inSync()) {
            int before = transitions(pair.a) + transitions(pair.b);
            signal(pair.b, "STOP");
            pass(pair, 7);
            signal(pair.b, "CONT");
            hear(pair.b);
            assertThat(transitions(pair.a) + transitions(pair.b))
                    .as("changes of state" + pair.logsOf())
                    .isEqualTo(before);
        }
    }

    /** Both kernels went on to answer for the addresses. */
    @Test
    void aMasterThatIsKilledHasNoAddressAfterThreeSecondsAndNoneWithAFaultyFile() throws Exception {
        try (Pair pair = Pair.inSync()) {
            pair.a.kill();
            awaitNoVirtualAddress(pair.a, Duration.ofSeconds(3));
            pair.b.awaitState("master", Pair.ROLE_LIMIT);
            Files.writeString(pair.a.carpd().configFile(), "[carp.wan]\nvhid = 1000\n");
            pair.a.start();
            Awaitility.await("the end")
                    .atMost(Pair.START_LIMIT)
                    .until(() -> !pair.a.carpd().isRunning());
            assertThat(pair.a.carpd().process().exitStatus()).isEqualTo(4);
            awaitNoVirtualAddress(pair.a, Duration.ofMillis(100));
        }
    }

    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes long: bin/test --load")
    @Test
    void aCutOfTheSyncLinkForLongerThanTheBulkTimeoutMovesNothingNorDoesItsEnd() {
        try (Pair pair = Pair.of(settings -> settings.withBulkTimeout("2s"))) {
            pair.start();
            pair.awaitPreferredRoles("in-sync");
            int before = transitions(pair.a) + transitions(pair.b);
            pair.topology.sync().cutCable(pair.a.host());
            for (Firewall node : List.of(pair.a, pair.b)) {
                node.await(
                        "degraded",
                        status -> status.path("failoverBlockedBy").toString().contains("degraded"),
                        Pair.ROLE_LIMIT);
            }
            hear(pair.b);
            pair.topology.sync().restoreCable(pair.a.host());
            pair.awaitPreferredRoles("in-sync");
            hear(pair.b);
            assertThat(transitions(pair.a) + transitions(pair.b))
                    .as("changes of state" + pair.logsOf())
                    .isEqualTo(before);
        }
    }

    /** Lets the wire carry so many pings from the client to the server, a second apart: the time that a test is about. */
    private static void pass(Pair pair, int seconds) {
        pair.topology.client().run("ping", "-c", Integer.toString(seconds + 1), "-i", "1", Topology.SERVER);
    }

    private static void signal(Firewall node, String name) {
        node.host()
                .run("kill", "-" + name, Long.toString(node.carpd().process().pid()))
                .orThrow();
    }

    private static void check(Firewall node, Predicate<JsonNode> expected) {
        JsonNode status = node.status();
        assertThat(expected.test(status))
                .as("%s: %s%n%s", node.name(), status, node.carpd().log())
                .isTrue();
    }

    /** It has every state, and no connection would pass it. */
    @Test
    void aPreferredNodeThatDoesNotForwardTakesNothingAndGivesWay() {
        try (Pair pair = Pair.inSync()) {
            pair.a.stop();
            pair.b.awaitState("master", Pair.ROLE_LIMIT);
            pair.a.host().sysctl("net.ipv4.ip_forward=0");
            int before = pair.a.carpd().log().length();
            pair.a.start();
            pair.a.await(
                    "in sync, and demoted for what the peer forwards",
                    Statuses.pfsync("in-sync")
                            .and(status -> status.path("demotionSources")
                                    .toString()
                                    .contains("net.ipv4.ip_forward is 0, and fw-b forwards")),
                    Pair.START_LIMIT);
            long heard = heard(pair.a);
            pair.a.await("some advertisements later", status -> heard(pair.a) > heard + 6, Pair.ROLE_LIMIT);
            assertThat(pair.a.carpd().log().substring(before)).doesNotContain("MASTER");
            pair.a.host().sysctl("net.ipv4.ip_forward=1");
            pair.awaitPreferredRoles("in-sync");
            pair.a.host().sysctl("net.ipv4.ip_forward=0");
            pair.b.awaitState("master", Pair.ROLE_LIMIT);
            pair.a.awaitState("backup", Pair.ROLE_LIMIT);
        }
    }

    private static long heard(Firewall node) {
        return node.stats().path("carp").path("packetsReceived").asLong();
    }
}
