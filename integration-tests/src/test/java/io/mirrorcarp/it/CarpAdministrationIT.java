// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.CarpdSettings;
import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.CommandResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What an administrator does to a node, and what the node tells him and his programs. The topology is drawn at {@link Pair}. */
class CarpAdministrationIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** An advertisement each 1/8 s on fw-a, each 1/4 s on fw-b: takeovers within a second. */
    private static Pair quickPair() {
        return Pair.of(settings -> quick(settings, settings.advskew() == 0 ? 32 : 64));
    }

    private static CarpdSettings quick(CarpdSettings settings, int advskew) {
        return settings.withPfsync(false).withAdvbase(0).withAdvskew(advskew);
    }

    /** With more lines in [global] and more tables, and with lan in the group inside. */
    private static void configure(Firewall firewall, String global, String tables) {
        String toml = quick(Topology.settingsA(), 32)
                .toml(firewall.carpd().socket())
                .replace("[global]\n", "[global]\n" + global)
                .replace("vhid     = 2\n", "vhid     = 2\ngroup    = \"inside\"\n");
        firewall.carpd().configure(toml + tables);
    }

    private static Path script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    private static CommandResult carpctl(Firewall firewall, String... arguments) {
        CommandResult result = firewall.carpctl(arguments);
        assertThat(result.exitStatus()).as(result.toString()).isZero();
        return result;
    }

    private static void awaitLine(Path file, String line) {
        Awaitility.await(line)
                .atMost(LIMIT)
                .until(() -> Files.exists(file) && Files.readAllLines(file).contains(line));
    }

    private static JsonNode vhid(JsonNode status, String name) {
        for (JsonNode one : status.path("vhids")) {
            if (one.path("name").asText().equals(name)) {
                return one;
            }
        }
        throw new AssertionError("no vhid " + name + " in " + status);
    }

    @Test
    void maintenanceMovesTheAddressesAndOutlastsARestart() {
        try (Pair pair = quickPair()) {
            pair.start();
            pair.awaitPreferredRoles("off");
            carpctl(pair.a, "maintenance", "on", "--reason", "new disk");
            pair.b.awaitState("master", Pair.ROLE_LIMIT);
            pair.a.awaitState("backup", Pair.ROLE_LIMIT);
            pair.a.stop();
            pair.a.start();
            JsonNode again = pair.a.awaitState("backup", Pair.START_LIMIT);
            assertThat(again.path("maintenance").asBoolean()).isTrue();
            assertThat(again.path("demotionSources").path(0).path("reason").asText())
                    .isEqualTo("new disk");
            assertThat(carpctl(pair.a, "status").out())
                    .contains("maintenance on")
                    .contains("new disk");
            pair.b.awaitState("master", Pair.ROLE_LIMIT);
            carpctl(pair.a, "maintenance", "off");
            pair.awaitPreferredRoles("off");
            assertThat(pair.a.status().path("maintenance").asBoolean()).isFalse();
        }
    }

    @Test
    void aNodeWaitsForItsServicesAndTellsItsHooks() throws IOException {
        try (Pair pair = quickPair()) {
            Path hooks = Files.createDirectory(pair.a.host().directory().resolve("hooks.d"));
            Path heard = pair.a.host().directory().resolve("heard");
            script(hooks.resolve("10-notes"), "echo \"$*\" >>" + heard + "; [ $1 != start ]");
            configure(pair.a, "startHoldOff = \"1h\"\n", "\n[hooks]\ndir = \"" + hooks + "\"\n");
            pair.a.start();
            pair.a.awaitState("backup", Pair.START_LIMIT);
            awaitLine(heard, "start    initialization complete");
            JsonNode waiting = vhid(pair.a.status(), "wan");
            assertThat(waiting.path("state").asText()).isEqualTo("backup");
            assertThat(waiting.path("heldOffSeconds").asDouble()).isBetween(3000.0, 3600.0);
            carpctl(pair.a, "ready");
            pair.a.awaitState("master", Pair.ROLE_LIMIT);
            awaitLine(heard, "backup wan 1 wan0 initialization complete");
            awaitLine(heard, "master wan 1 wan0 master timed out");
            assertThat(pair.a.stop()).isZero();
            assertThat(Files.readAllLines(heard))
                    .as("the last words, before the process went")
                    .contains("init wan 1 wan0 shutdown", "init lan 2 lan0 shutdown");
        }
    }

    @Test
    void hooksThatAgreeEndTheWait() throws IOException {
        try (Pair pair = quickPair()) {
            Path hooks = Files.createDirectory(pair.a.host().directory().resolve("hooks.d"));
            Path up = pair.a.host().directory().resolve("up");
            script(hooks.resolve("services"), "[ $1 != start ] || test -e " + up);
            configure(pair.a, "startHoldOff = \"1h\"\n", "\n[hooks]\ndir = \"" + hooks + "\"\n");
            pair.a.start();
            pair.a.awaitState("backup", Pair.START_LIMIT);
            Files.createFile(up);
            pair.a.awaitState("master", Pair.ROLE_LIMIT);
        }
    }

    @Test
    void trackedInterfacesAndScriptsDemoteWhileTheyFail() throws IOException {
        try (Pair pair = quickPair()) {
            Path down = pair.a.host().directory().resolve("down");
            Path check = script(pair.a.host().directory().resolve("gateway"), "test ! -e " + down);
            configure(pair.a, "demotionMode = \"skew\"\n", """

                    [[track.interface]]
                    name = "sync0"
                    demote = 100

                    [[track.script]]
                    command = "%s"
                    interval = "200ms"
                    timeout = "200ms"
                    fall = 1
                    demote = 50
                    group = "inside"
                    """.formatted(check));
            pair.a.start();
            pair.a.awaitState("master", Pair.START_LIMIT);
            pair.topology.sync().cutCable(pair.a.host());
            pair.a.await("demotion 100", status -> status.path("demotion").asInt() == 100, LIMIT);
            Files.createFile(down);
            JsonNode status = pair.a.await(
                    "lan with skew 182",
                    there -> vhid(there, "lan").path("advertisedAdvskew").asInt() == 182,
                    LIMIT);
            assertThat(vhid(status, "wan").path("advertisedAdvskew").asInt()).isEqualTo(132);
            assertThat(vhid(status, "wan").path("advertisedDemote").asInt())
                    .as("mode skew")
                    .isZero();
            assertThat(status.path("demotionSources").findValuesAsText("source"))
                    .contains("track:sync0", "track:gateway");
            assertThat(status.path("suppressPreempt").asInt())
                    .as("a wish, not a problem")
                    .isZero();
            Files.delete(down);
            pair.topology.sync().restoreCable(pair.a.host());
            pair.a.await("no demotion", there -> there.path("demotionSources").isEmpty(), LIMIT);
        }
    }

    @Test
    void sysctlsDemotionsAndNudgesDoWhatTheySay() {
        try (Pair pair = quickPair()) {
            configure(pair.a, "", "");
            pair.a.start();
            pair.a.awaitState("master", Pair.START_LIMIT);
            assertThat(carpctl(pair.a, "sysctl").out()).isEqualTo("""
                    net.inet.carp.allow=1
                    net.inet.carp.preempt=1
                    net.inet.carp.log=1
                    net.inet.carp.arpbalance=0
                    net.inet.carp.suppress_preempt=0
                    net.inet.carp.demotion=0
                    """);
            assertThat(carpctl(pair.a, "sysctl", "net.inet.carp.demotion=40").out())
                    .isEqualTo("net.inet.carp.demotion=40\n");
            assertThat(carpctl(pair.a, "sysctl", "demotion=-15").out()).isEqualTo("net.inet.carp.demotion=25\n");
            carpctl(pair.a, "demote", "--reset");
            assertThat(carpctl(pair.a, "sysctl", "arpbalance=1").out()).isEqualTo("net.inet.carp.arpbalance=1\n");
            assertThat(carpctl(pair.a, "sysctl", "arpbalance=0").out()).isEqualTo("net.inet.carp.arpbalance=0\n");
            carpctl(pair.a, "demote", "9", "--group", "inside", "--reason", "rack move");
            JsonNode demoted = pair.a.status();
            assertThat(vhid(demoted, "lan").path("advertisedAdvskew").asInt()).isEqualTo(41);
            assertThat(vhid(demoted, "wan").path("advertisedAdvskew").asInt()).isEqualTo(32);
            assertThat(pair.a
                            .carpctl("demote", "9", "--group", "x", "--reason", "y")
                            .err())
                    .isEqualTo("carpctl: no group \"x\": there is inside\n");
            carpctl(pair.a, "sysctl", "allow=0");
            pair.a.awaitState("init", LIMIT);
            assertThat(carpctl(pair.a, "sysctl", "suppress_preempt").out())
                    .isEqualTo("net.inet.carp.suppress_preempt=1\n");
            carpctl(pair.a, "sysctl", "allow=1");
            pair.a.awaitState("master", LIMIT);
            carpctl(pair.a, "vhid", "wan", "down", "--for", "1h");
            assertThat(vhid(pair.a.status(), "wan").path("upInSeconds").asDouble())
                    .isBetween(3000.0, 3600.0);
            carpctl(pair.a, "vhid", "wan", "down", "--for", "2s");
            pair.a.await("MASTER again", Statuses.every("master"), LIMIT);
        }
    }

    @Test
    void aProgramThatFollowsTheEventsGetsThemAsJson() {
        try (Pair pair = quickPair()) {
            configure(pair.a, "", "");
            pair.a.start();
            pair.a.awaitState("master", Pair.START_LIMIT);
            var follower = pair.a
                    .host()
                    .spawn(
                            "events",
                            Checkout.home().resolve("bin/carpctl").toString(),
                            "--socket",
                            pair.a.carpd().socket().toString(),
                            "events",
                            "-f",
                            "-n",
                            "1000",
                            "--json");
            carpctl(pair.a, "demote", "9", "--group", "inside", "--reason", "rack move");
            Awaitility.await("events")
                    .atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(follower.log())
                                    .contains(
                                            "\"type\":\"demotion\",\"message\":\"demoted group inside by 9 to 9 (rack move)\"")
                                    .contains("\"by\":9,\"total\":9,\"reason\":\"rack move\"")
                                    .contains(
                                            "\"name\":\"wan\",\"vhid\":1,\"carpdev\":\"wan0\",\"from\":\"backup\",\"to\":\"master\""));
        }
    }

    /** fw-b speaks vhid 9 where fw-a has 1. */
    @Test
    void theCountersAreReadBackAsNetstatNamesThem() {
        try (Pair pair = quickPair()) {
            String toml = quick(Topology.settingsB(), 64).toml(pair.b.carpd().socket());
            pair.b.carpd().configure(toml.replace("vhid     = 1\n", "vhid     = 9\n"));
            pair.start();
            pair.a.awaitState("master", Pair.START_LIMIT);
            Awaitility.await("badVhid")
                    .atMost(Pair.START_LIMIT)
                    .until(() -> pair.a.stats().path("carp").path("badVhid").asLong() > 0);
            assertThat(pair.a.stats().path("carp").fieldNames())
                    .toIterable()
                    .containsExactly(
                            "packetsReceived",
                            "packetsReceived6",
                            "badInterface",
                            "badTtl",
                            "shortHeader",
                            "badSum",
                            "badVersion",
                            "badLength",
                            "badAuth",
                            "badInterval",
                            "badVhid",
                            "replayed",
                            "unproven",
                            "unverified",
                            "packetsSent",
                            "packetsSent6",
                            "sendErrors",
                            "preempted",
                            "addressesPutBack",
                            "balancedAway");
            assertThat(carpctl(pair.a, "stats", "-p", "carp").out())
                    .startsWith("carp:\n")
                    .containsPattern("[1-9][0-9]* discarded for bad vhid\n")
                    .containsPattern("[1-9][0-9]* packets sent \\(IPv4\\)\n")
                    .containsPattern("2 transitions to master\n");
        }
    }

    /** At advbase 1 this many would take 50 seconds. */
    @Test
    void advbase0SendsUpTo256AdvertisementsASecond() {
        try (Pair pair = Pair.of(settings -> quick(settings, 1))) {
            pair.a.start();
            pair.a.awaitState("master", Pair.START_LIMIT);
            long before = sent(pair.a);
            Awaitility.await("50 advertisements of each virtual host")
                    .atMost(LIMIT)
                    .until(() -> sent(pair.a) >= before + 100);
        }
    }

    private static long sent(Firewall firewall) {
        return firewall.stats().path("carp").path("packetsSent").asLong();
    }
}
