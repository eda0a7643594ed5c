// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.net.LabProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a signal does to the master, and that a log that nobody takes does nothing to it. The topology is drawn at {@link Pair}. */
class SignalsIT {
    private static final int SIGINT = 2;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** More than three intervals: a backup that hears no advert has taken over by then. */
    private static final double SILENCE_SECONDS = 5;

    @ParameterizedTest
    @ValueSource(strings = {"USR1", "USR2"})
    void aStatusIsLoggedAndTheMasterLivesOn(String signal) {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            pair.a.start();
            pair.a.awaitState("master", Pair.START_LIMIT);
            signal(pair.a, signal);
            awaitLog(pair.a, "status: wan      1  wan0     MASTER");
            assertThat(pair.a.carpd().isRunning()).isTrue();
            assertThat(pair.a.stop()).isZero();
        }
    }

    @Test
    void aSignalDuringTheStartKillsNobody() {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            pair.a.start();
            // From the first instruction of the launcher on; before it is run, the process is not carpd yet.
            Awaitility.await("a JVM")
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(LIMIT)
                    .until(() -> isJvm(pair.a));
            while (!pair.a.carpd().log().contains("running as")) {
                signal(pair.a, "USR1");
                signal(pair.a, "USR2");
                assertThat(pair.a.carpd().isRunning()).as("alive").isTrue();
            }
            pair.a.awaitState("master", Pair.START_LIMIT);
        }
    }

    @Test
    void aStartThatIsToldToStopEndsCleanly() {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            pair.a.start();
            // The election runs, the rest of the node does not yet.
            awaitLog(pair.a, "INIT -> BACKUP");
            assertThat(pair.a.stop()).isZero();
            assertThat(pair.a.carpd().log()).doesNotContain("error:");
        }
    }

    @Test
    void hupReadsTheFileAgainAndAFaultyOneChangesNothing() throws IOException {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            pair.a.start();
            pair.a.awaitState("master", Pair.START_LIMIT);
            signal(pair.a, "HUP");
            awaitLog(pair.a, "reload: nothing has changed in the file");
            Files.writeString(pair.a.carpd().configFile(), "\nx = 1\n", StandardOpenOption.APPEND);
            signal(pair.a, "HUP");
            awaitLog(pair.a, "reload: nothing is changed");
            awaitLog(pair.a, "unknown key \"x\"");
            assertThat(pair.a.awaitState("master", LIMIT).path("uptimeSeconds").asDouble())
                    .as("the same daemon")
                    .isGreaterThan(1);
        }
    }

    private static boolean isInterruptIgnored() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("SigIgn:")) {
                long ignored = Long.parseUnsignedLong(
                        line.substring("SigIgn:".length()).strip(), 16);
                return ((ignored >> (SIGINT - 1)) & 1) != 0;
            }
        }
        return false;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aStopIsCleanHoweverOftenItIsAskedFor(String signal) throws IOException {
        assumeFalse(
                signal.equals("INT") && isInterruptIgnored(),
                "SIGINT is ignored here, as in a background job of a shell, and so by every program that is started");
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            pair.a.start();
            pair.a.awaitState("master", Pair.START_LIMIT);
            for (int i = 0; i < 20 && pair.a.carpd().isRunning(); i++) {
                signal(pair.a, signal);
            }
            assertThat(pair.a.carpd().process().awaitEnd(LIMIT)).as("ended").isTrue();
            assertThat(pair.a.carpd().process().exitStatus()).isZero();
            assertThat(pair.a.host().run("ip", "-o", "address").orThrow().out())
                    .doesNotContain("203.0.113.1/")
                    .doesNotContain("10.0.0.1/");
        }
    }

    /** As many lines as the queue and the pipe hold, and more: the master stays, and says afterwards what is missing. */
    @Test
    void aLogThatNobodyReadsStopsNoAdvertisement() throws IOException {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            LabProcess daemon = spawn(pair.a, " 2>&1 | (while [ ! -e reads ]; do sleep 0.1; done; exec cat)");
            awaitMaster(pair.a);
            pair.b.start();
            pair.b.awaitState("backup", Pair.START_LIMIT);
            String flood = "for i in $(seq 400); do kill -USR1 " + jvm(pair.a) + "; sleep 0.01; done";
            assertThat(pair.a.host().spawn("flood", "sh", "-c", flood).awaitEnd(Pair.START_LIMIT))
                    .as("all signals sent")
                    .isTrue();
            staysMaster(pair);
            Files.createFile(pair.a.host().directory().resolve("reads"));
            Awaitility.await("what is missing")
                    .atMost(LIMIT)
                    .until(() -> daemon.log().contains("are missing here"));
        }
    }

    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes long: bin/test --load")
    @Test
    void aFullDiskUnderTheLogStopsNoAdvertisement() {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            spawn(pair.a, " >/dev/full 2>&1");
            awaitMaster(pair.a);
            pair.b.start();
            pair.b.awaitState("backup", Pair.START_LIMIT);
            staysMaster(pair);
        }
    }

    private static LabProcess spawn(Firewall firewall, String redirection) {
        String command = Checkout.home().resolve("bin/carpd") + " --config "
                + firewall.carpd().configFile();
        return firewall.host().spawn("piped", "sh", "-c", command + redirection);
    }

    private static void awaitMaster(Firewall firewall) {
        Awaitility.await("MASTER")
                .atMost(Pair.START_LIMIT)
                .ignoreExceptions()
                .until(() -> Statuses.every("master").test(firewall.status()));
    }

    private static void staysMaster(Pair pair) {
        double fromSeconds = pair.b.status().path("uptimeSeconds").asDouble();
        JsonNode status = pair.b.await(
                "heard for " + SILENCE_SECONDS + " s",
                later -> later.path("uptimeSeconds").asDouble() > fromSeconds + SILENCE_SECONDS
                        || Statuses.every("master").test(later),
                Pair.ROLE_LIMIT);
        assertThat(Statuses.every("backup").test(status))
                .as("fw-b is BACKUP still")
                .isTrue();
        assertThat(Statuses.every("master").test(pair.a.status())).as("fw-a").isTrue();
    }

    private static boolean isJvm(Firewall firewall) {
        try {
            String command = Files.readString(
                    java.nio.file.Path.of("/proc/" + firewall.carpd().process().pid() + "/comm"));
            return List.of("java", "main").contains(command.strip());
        } catch (IOException e) {
            return false;
        }
    }

    private static long jvm(Firewall firewall) {
        return firewall.host().namespace().processes().stream()
                .filter(process -> process.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow()
                .pid();
    }

    private static void signal(Firewall firewall, String name) {
        firewall.host()
                .run(
                        "kill",
                        "-" + name,
                        String.valueOf(firewall.carpd().process().pid()));
    }

    private static void awaitLog(Firewall firewall, String text) {
        Awaitility.await(text).atMost(LIMIT).until(() -> firewall.carpd().log().contains(text));
    }
}
