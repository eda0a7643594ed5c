// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.net.CommandResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What must be the same on both nodes is changed on both at one moment, and what differs is named. One pair, which each test leaves in sync. */
@TestMethodOrder(OrderAnnotation.class)
class PairReloadIT {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    /** As long as a backup waits for its master, and half as long again. */
    private static final Duration WATCH = Duration.ofMillis(4_500);

    private static Pair pair;

    @BeforeAll
    static void start() {
        pair = Pair.inSync();
    }

    @AfterAll
    static void stop() {
        pair.close();
    }

    private static void edit(Firewall firewall, String from, String to) throws IOException {
        Path file = firewall.carpd().configFile();
        String before = Files.readString(file);
        String after = before.replace(from, to);
        assertThat(after).as("the file has " + from).isNotEqualTo(before);
        Files.writeString(file, after);
    }

    /** Gives a node another passphrase file, its own copy. */
    private static void changePassphrase(Firewall firewall, String passphrase) throws IOException {
        Path file = firewall.carpd().configFile();
        Path key = Files.writeString(file.resolveSibling(firewall.name() + ".pass"), passphrase + "\n");
        firewall.host().run("chmod", "600", key.toString()).orThrow();
        Files.writeString(
                file, Files.readString(file).replaceAll("passFile\\s*=\\s*\"[^\"]+\"", "passFile = \"" + key + "\""));
    }

    private static int transitions(Firewall firewall) {
        int transitions = 0;
        for (JsonNode vhid : firewall.status().path("vhids")) {
            transitions += vhid.path("transitions").asInt();
        }
        return transitions;
    }

    private static boolean bothAreMaster() {
        return Statuses.every("master").test(pair.a.status())
                && Statuses.every("master").test(pair.b.status());
    }

    @Test
    @Order(1)
    void aPassphraseAndAnAddressAreChangedOnBothAndTheRolesStay() throws IOException {
        int before = transitions(pair.a) + transitions(pair.b);
        for (Firewall firewall : new Firewall[] {pair.a, pair.b}) {
            changePassphrase(firewall, "the next one");
            edit(firewall, "\"10.0.0.1/24\"", "\"10.0.0.1/24\", \"10.0.0.9/24\"");
        }
        CommandResult reloaded = pair.b.carpctl("reload", "--both");
        assertThat(reloaded.exitStatus()).as(reloaded.err() + pair.logsOf()).isZero();
        assertThat(reloaded.out())
                .contains("fw-a:   carp.lan.address", "fw-b:   carp.lan.address", "carp.wan.passFile");
        assertThat(reloaded.out()).doesNotContain("the next one");
        Awaitility.await()
                .during(WATCH)
                .atMost(WATCH.plus(LIMIT))
                .until(() -> transitions(pair.a) + transitions(pair.b) == before && !bothAreMaster());
        assertThat(pair.topology
                        .client()
                        .run("ping", "-c", "1", "-W", "1", "10.0.0.9")
                        .exitStatus())
                .isZero();
        assertThat(pair.a.carpctl("confirm").exitStatus()).as("nothing waits").isEqualTo(5);
    }

    @Test
    @Order(2)
    void thePassphrasesAreRotatedOnBothAndTheRolesStay() throws IOException {
        String before = Files.readString(passFile(pair.a));
        int changes = transitions(pair.a) + transitions(pair.b);
        long badAuth = badAuth();
        CommandResult rotated = pair.a.carpctl("passphrase", "rotate", "--both");
        assertThat(rotated.exitStatus()).as(rotated.err() + pair.logsOf()).isZero();
        String after = Files.readString(passFile(pair.a));
        assertThat(after).isNotEqualTo(before).isEqualTo(Files.readString(passFile(pair.b)));
        assertThat(rotated.out() + rotated.err() + pair.logsOf()).doesNotContain(after.strip());
        assertThat(passFile(pair.a).resolveSibling(passFile(pair.a).getFileName() + ".next"))
                .doesNotExist();
        assertThat(transitions(pair.a) + transitions(pair.b)).isEqualTo(changes);
        assertThat(badAuth()).as("refused meanwhile").isEqualTo(badAuth);
        assertThat(pair.a.carpctl("passphrase", "rotate").exitStatus())
                .as("without --both")
                .isEqualTo(2);
    }

    private static Path passFile(Firewall firewall) {
        return firewall.carpd().configFile().resolveSibling(firewall.name() + ".pass");
    }

    private static long badAuth() throws IOException {
        long sum = 0;
        for (Firewall firewall : new Firewall[] {pair.a, pair.b}) {
            String stats = firewall.carpctl("stats", "--json").orThrow().out();
            sum += new ObjectMapper()
                    .readTree(stats)
                    .path("carp")
                    .path("badAuth")
                    .asLong();
        }
        return sum;
    }

    @Test
    @Order(3)
    void aFaultyFileOfThePeerChangesNothingOnEither() throws IOException {
        String before = Files.readString(pair.b.carpd().configFile());
        edit(pair.a, ", \"10.0.0.9/24\"", ", \"10.0.0.9/24\", \"10.0.0.8/24\"");
        edit(pair.b, "advskew", "advscew");
        CommandResult refused = pair.a.carpctl("reload", "--both");
        assertThat(refused.exitStatus()).isEqualTo(4);
        assertThat(refused.err()).contains("nothing is changed", "fw-b: ", "advscew");
        assertThat(pair.a.host().run("ip", "-o", "address").orThrow().out()).doesNotContain("10.0.0.8/");
        Files.writeString(pair.b.carpd().configFile(), before);
        edit(pair.a, ", \"10.0.0.8/24\"", "");
        assertThat(pair.a.carpctl("reload", "--both", "--dry-run").orThrow().out())
                .contains("fw-a: nothing has changed", "fw-b: nothing has changed");
    }

    @Test
    @Order(4)
    void whatIsNotConfirmedGoesBackOnBoth() throws IOException {
        for (Firewall firewall : new Firewall[] {pair.a, pair.b}) {
            edit(firewall, ", \"10.0.0.9/24\"", ", \"10.0.0.9/24\", \"10.0.0.7/24\"");
        }
        assertThat(pair.a
                        .carpctl("reload", "--both", "--confirm", "2")
                        .orThrow()
                        .out())
                .contains("carpctl confirm");
        assertThat(pair.a.host().run("ip", "-o", "address").orThrow().out()).contains("10.0.0.7/");
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> !pair.a
                        .host()
                        .run("ip", "-o", "address")
                        .orThrow()
                        .out()
                        .contains("10.0.0.7/"));
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> pair.b.carpctl("events").out().contains("not confirmed"));
        pair.a.carpctl("reload", "--both", "--confirm", "60").orThrow();
        assertThat(pair.b.carpctl("confirm").orThrow().out()).contains("stays on all nodes");
        assertThat(pair.a.carpctl("confirm").exitStatus())
                .as("confirmed by the peer")
                .isEqualTo(5);
        assertThat(pair.a.host().run("ip", "-o", "address").orThrow().out()).contains("10.0.0.7/");
    }

    /** Neighbours would meet another MAC after each failover. */
    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes long: bin/test --load")
    @Test
    @Order(5)
    void anotherMacOnOneNodeIsSaidByBoth() throws IOException {
        edit(pair.b, "vhid     = 2\n", "vhid     = 2\nmac = \"interface\"\n");
        pair.b.carpctl("reload").orThrow();
        expectSaid(pair.a, "fw-b: lan has mac \"interface\" there, and \"virtual\" here");
        expectSaid(pair.b, "fw-a: lan has mac \"virtual\" there, and \"interface\" here");
        assertThat(pair.a.carpctl("config", "diff", "--peer").out())
                .contains("carp.lan.mac: \"virtual\" here, \"interface\" on fw-b");
        edit(pair.b, "vhid     = 2\nmac = \"interface\"\n", "vhid     = 2\n");
        pair.b.carpctl("reload").orThrow();
        pair.a.await("ready again", status -> status.path("failoverReady").asBoolean(), LIMIT);
    }

    private static void expectSaid(Firewall firewall, String finding) {
        firewall.await(
                "said in the status",
                status -> {
                    for (JsonNode reason : status.path("failoverBlockedBy")) {
                        if (reason.asText().equals(finding)) {
                            return true;
                        }
                    }
                    return false;
                },
                LIMIT);
        Awaitility.await("said in the log")
                .atMost(LIMIT)
                .until(() -> firewall.carpd().log().contains(finding));
        CommandResult doctor = firewall.carpctl("doctor");
        assertThat(doctor.exitStatus()).isEqualTo(1);
        assertThat(doctor.out()).containsOnlyOnce(finding).doesNotContain("carp.lan.mac");
    }

    @Test
    @Order(6)
    void whatDiffersFromThePeerIsNamedAndCounted() throws IOException {
        CommandResult same = pair.a.carpctl("config", "diff", "--peer");
        assertThat(same.exitStatus()).as(same.out() + same.err()).isZero();
        assertThat(same.out()).contains("fw-b: every setting that matters is the same");
        assertThat(count(pair.a)).isZero();

        edit(pair.b, "[\"203.0.113.1/24\"]", "[\"203.0.113.1/24\", \"203.0.113.9/24\"]");
        CommandResult ahead =
                pair.b.carpctl("config", "diff", pair.b.carpd().configFile().toString());
        assertThat(ahead.exitStatus()).isEqualTo(5);
        assertThat(ahead.out()).contains("carp.wan.address: [\"203.0.113.1/24\"] in force, ");
        pair.b.carpctl("reload").orThrow();
        Awaitility.await().atMost(LIMIT).until(() -> count(pair.a) == 1);
        assertThat(pair.a.carpctl("status").out()).contains("1 setting differs from fw-b: carpctl config diff --peer");
        CommandResult differs = pair.a.carpctl("config", "diff", "--peer");
        assertThat(differs.exitStatus()).isEqualTo(5);
        assertThat(differs.out())
                .contains(
                        "carp.wan.address: [\"203.0.113.1/24\"] here, [\"203.0.113.1/24\", \"203.0.113.9/24\"] on fw-b");
    }

    private static int count(Firewall firewall) {
        return firewall.status()
                .path("pfsync")
                .path("peers")
                .path(0)
                .path("configDifferences")
                .asInt(-1);
    }

    /** The control: with one node reloaded alone, both are master as soon as the backup has waited long enough. */
    @Test
    @Order(7)
    void aPassphraseThatIsChangedOnOneMakesTwoMasters() throws IOException {
        changePassphrase(pair.a, "only here");
        pair.a.carpctl("reload").orThrow();
        Awaitility.await().atMost(LIMIT).until(PairReloadIT::bothAreMaster);
        CommandResult differs = pair.a.carpctl("config", "diff", "--peer");
        assertThat(differs.out()).contains("carp.lan.passphrase: another one on fw-b than here");
        assertThat(differs.out() + pair.a.carpctl("status").out()).doesNotContain("only here");
    }

    @Test
    @Order(8)
    void withoutAPeerNothingIsChanged() {
        pair.b.kill();
        pair.a.await("lost", Statuses.pfsync("lost"), LIMIT);
        CommandResult alone = pair.a.carpctl("reload", "--both");
        assertThat(alone.exitStatus()).isEqualTo(5);
        assertThat(alone.err()).contains("fw-b does not answer", "carpctl reload changes this node alone");
        assertThat(pair.a.carpctl("config", "diff", "--peer").exitStatus()).isEqualTo(5);
    }
}
