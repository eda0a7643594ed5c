// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.LabNetwork;
import io.mirrorcarp.lab.net.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A router that boots: what comes after carpd is waited for, and nobody has to start it again. The topology is drawn at {@link Pair}. */
class LateStartIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @ParameterizedTest
    @ValueSource(strings = {"sync0", "wan0", "lan0"})
    void aDeviceThatComesAfterTheStartJoinsByItself(String device) {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            pair.b.start();
            pair.b.awaitState("master", Pair.START_LIMIT);
            pair.a.host().namespace().ip("link", "set", device, "down");
            pair.a.host().namespace().ip("link", "set", device, "name", "hidden");
            pair.a.start();
            awaitLog(pair, "there is no interface \"" + device + "\"");
            pair.a.await("there", status -> status.path("uptimeSeconds").asDouble() > 1, Pair.START_LIMIT);
            pair.a.host().namespace().ip("link", "set", "hidden", "name", device);
            pair.a.host().namespace().ip("link", "set", device, "up");
            pair.awaitPreferredRoles("in-sync");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sync.key", "carp.key"})
    void aKeyThatComesAfterTheStartIsWaitedFor(String key) throws IOException {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            Path file = pair.a.host().directory().resolve(key);
            Path elsewhere = pair.a.host().directory().resolve("not.mounted.yet");
            Files.move(file, elsewhere);
            pair.b.start();
            pair.b.awaitState("master", Pair.START_LIMIT);
            pair.a.start();
            awaitLog(pair, key + " cannot be read: no such file; waiting for it");
            assertThat(pair.a.carpd().isRunning()).isTrue();
            assertThat(pair.a.host().run("ip", "-o", "address").orThrow().out()).doesNotContain("203.0.113.1/");
            Files.move(elsewhere, file);
            pair.awaitPreferredRoles("in-sync");
        }
    }

    @Test
    @EnabledIfSystemProperty(
            named = "load",
            matches = "true",
            disabledReason = "takes seconds: run it with -Dload=true")
    void aSyncDeviceThatIsDeletedAndMadeAnewIsUsedAgain() {
        try (Pair pair = Pair.inSync()) {
            LabNetwork sync = pair.topology.sync();
            String port = sync.port(pair.a.host());
            Namespace node = pair.a.host().namespace();
            Namespace between = sync.switchNamespace();
            node.ip("link", "del", "sync0");
            pair.a.await("lost", Statuses.pfsync("lost"), LIMIT);
            assertThat(pair.a.carpctl("status").out()).contains("there is no device sync0");
            node.ip("link", "add", "sync0", "type", "veth", "peer", "name", port, "netns", between.name());
            between.ip("link", "set", port, "master", sync.name(), "up");
            node.ip("address", "add", "192.0.2.1/30", "dev", "sync0");
            node.ip("link", "set", "sync0", "up");
            pair.awaitPreferredRoles("in-sync");
        }
    }

    @Test
    void whoeverWaitsEndsCleanlyOnASignal() throws IOException {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            Files.delete(pair.a.host().directory().resolve("sync.key"));
            pair.a.start();
            awaitLog(pair, "waiting for it");
            assertThat(pair.a.stop()).isZero();
        }
    }

    @Test
    void aFaultThatWaitingDoesNotMendEndsWithStatus4AndTellsWhatIsMissingToo() throws IOException {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            Files.delete(pair.a.host().directory().resolve("sync.key"));
            pair.a.configure(Topology.settingsA().withExtra("\n[globl]\n"));
            Files.delete(pair.a.host().directory().resolve("sync.key"));
            pair.a.start();
            assertThat(pair.a.carpd().process().awaitEnd(LIMIT)).isTrue();
            assertThat(pair.a.carpd().process().exitStatus()).isEqualTo(4);
            assertThat(pair.a.carpd().log())
                    .contains("did you mean \"global\"?")
                    .contains("sync.key cannot be read");
        }
    }

    @Test
    void aCarpdevByAnAlternativeNameOfTwentyLettersComesAndIsUsed() throws IOException {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            String toml = Files.readString(pair.a.carpd().configFile()).replace("\"wan0\"", "\"enp0s31f6-to-the-isp\"");
            pair.a.carpd().configure(toml);
            pair.a.start();
            awaitLog(pair, "there is no interface \"enp0s31f6-to-the-isp\"");
            pair.a.host().namespace().ip("link", "property", "add", "dev", "wan0", "altname", "enp0s31f6-to-the-isp");
            pair.a.await("MASTER", Statuses.every("master"), Pair.START_LIMIT);
            assertThat(pair.a.status().path("vhids").get(0).path("carpdev").asText())
                    .isEqualTo("wan0");
        }
    }

    private static void awaitLog(Pair pair, String text) {
        Awaitility.await(text)
                .atMost(LIMIT)
                .failFast("carpd ended: " + text, () -> !pair.a.carpd().isRunning())
                .until(() -> pair.a.carpd().log().contains(text));
    }
}
