// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.daemon.control.ControlServer;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.control.FakeDaemon;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bin/carpctl} on a real terminal, that of a tmux of the test's own. */
class TerminalIT {
    private static final Path HOME = Path.of(System.getProperty("mirrorcarp.home"));
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
    private final EventLog events = new EventLog(Clock.systemUTC());
    private final FakeDaemon daemon = new FakeDaemon();

    @TempDir
    private Path directory;

    private Path socket;
    private String deployment;

    @BeforeAll
    static void needsTmux() {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/tmux")), "needs tmux: apt-get install tmux");
    }

    @BeforeEach
    void start() {
        socket = directory.resolve("admin.sock");
        deploy();
    }

    private void deploy() {
        deployment = vertx.deployVerticle(new ControlServer(socket, "", daemon, events))
                .await();
    }

    @AfterEach
    void stop() {
        tmux("kill-server");
        vertx.close().await();
    }

    private String tmux(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "tmux", "-f", "/dev/null", "-S", directory.resolve("tmux").toString()));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String out = new String(process.getInputStream().readAllBytes(), UTF_8);
            process.waitFor();
            return out;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** A shell in a terminal of that size. */
    private void open(int columns, int rows) {
        tmux("new-session", "-d", "-x", Integer.toString(columns), "-y", Integer.toString(rows), "env PS1='$ ' sh");
        awaitScreen("$");
    }

    private void type(String line) {
        tmux("send-keys", "-l", line);
        tmux("send-keys", "Enter");
    }

    private String screen(String... options) {
        List<String> command = new ArrayList<>(List.of("capture-pane", "-p"));
        command.addAll(List.of(options));
        return tmux(command.toArray(String[]::new));
    }

    private void awaitScreen(String text) {
        await(text).atMost(LIMIT).untilAsserted(() -> assertThat(screen()).contains(text));
    }

    private String carpctl(String arguments) {
        return HOME.resolve("bin/carpctl") + " --socket " + socket + " " + arguments;
    }

    @Test
    void topShowsTheNodeAndQuitsWithQAndLeavesTheTerminalAsItWas() {
        open(100, 40);
        type("stty -a > " + directory.resolve("before") + "; " + carpctl("top") + "; echo status $?; stty -a > "
                + directory.resolve("after"));
        awaitScreen("EACH SECOND");
        awaitScreen("states  tcp 3");
        assertThat(screen()).contains("fw-a  up 41 s").contains("wan             1 wan0         BACKUP");
        tmux("send-keys", "q");
        awaitScreen("status 0");
        assertThat(screen()).as("the screen of before").doesNotContain("EACH SECOND");
        await().atMost(LIMIT).until(() -> Files.exists(directory.resolve("after")));
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(directory.resolve("after")).hasSameTextualContentAs(directory.resolve("before")));
    }

    @Test
    void topEndsOnCtrlCWithoutATraceAndFitsANarrowTerminal() {
        open(40, 30);
        type(carpctl("top") + "; echo status $?");
        awaitScreen("EACH SECOND");
        assertThat(screen().lines())
                .as("a line that wrapped begins in the middle")
                .contains("Failover ready: NO - pfsync bulk 63 %");
        tmux("send-keys", "C-c");
        awaitScreen("status 0");
        assertThat(screen()).doesNotContain("Exception").doesNotContain("EACH SECOND");
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "HUP, 129"})
    void topThatASignalEndsLeavesTheTerminalAsItWas(String signal, int status) throws IOException {
        open(100, 30);
        Path before = directory.resolve("before");
        Path after = directory.resolve("after");
        type("stty -a > " + before + "; " + carpctl("top") + "; echo status $?; stty -a > " + after);
        awaitScreen("EACH SECOND");
        long shell = Long.parseLong(tmux("list-panes", "-F", "#{pane_pid}").strip());
        long top = ProcessHandle.of(shell)
                .orElseThrow()
                .children()
                .findFirst()
                .orElseThrow()
                .pid();
        new ProcessBuilder("kill", "-" + signal, Long.toString(top)).start();
        awaitScreen("status " + status);
        assertThat(screen()).doesNotContain("Exception").doesNotContain("EACH SECOND");
        await().atMost(LIMIT).untilAsserted(() -> assertThat(after).hasSameTextualContentAs(before));
    }

    @Test
    void topWaitsForADaemonThatEnds() {
        open(100, 30);
        type(carpctl("top"));
        awaitScreen("EACH SECOND");
        vertx.undeploy(deployment).await();
        awaitScreen("no carpd answers on");
        deploy();
        awaitScreen("EACH SECOND");
        tmux("send-keys", "q");
    }

    @Test
    void theWatchRedrawsAndEndsOnCtrlC() {
        open(60, 40);
        type("clear; " + carpctl("status --watch") + "; echo status $?");
        awaitScreen("Failover ready: NO");
        awaitScreen("    PEER 203.0.113.3 skew 100 seen 0.3s ago");
        vertx.undeploy(deployment).await();
        awaitScreen("there is no carpd at");
        deploy();
        awaitScreen("Failover ready: NO");
        tmux("send-keys", "C-c");
        awaitScreen("status 130");
        assertThat(screen()).doesNotContain("Exception").containsOnlyOnce("Failover ready");
    }

    @Test
    void coloursAreForTerminalsThatWantThem() throws IOException {
        open(120, 40);
        type("clear; " + carpctl("status"));
        awaitScreen("conntrack");
        assertThat(screen("-e")).contains("\u001b[31mNO");
        type("clear; NO_COLOR=1 " + carpctl("status") + "; echo done");
        awaitScreen("done");
        assertThat(screen("-e")).doesNotContain("\u001b[31mNO");
        type("clear; TERM=dumb " + carpctl("status") + "; echo dumb");
        awaitScreen("dumb\n");
        assertThat(screen("-e")).doesNotContain("\u001b[31mNO");
        Path file = directory.resolve("file");
        type("clear; " + carpctl("status") + " > " + file + "; echo written");
        awaitScreen("written");
        assertThat(Files.readString(file)).contains("Failover ready: NO").doesNotContain("\u001b");
    }

    @Test
    void aQuestionIsAskedBeforeAFlush() {
        open(120, 30);
        type(carpctl("states flush") + "; echo status $?");
        awaitScreen("[y/N]");
        type("n");
        awaitScreen("status 1");
        assertThat(screen()).contains("nothing was done");
        assertThat(daemon.told).isEmpty();
        type("clear; " + carpctl("states flush") + "; echo status $?");
        awaitScreen("[y/N]");
        type("y");
        awaitScreen("status 0");
        assertThat(screen()).contains("deleted 3 states here and on the peers");
    }

    @Test
    void whoFollowsTheEventsHearsThatCarpdEndsAndGoesOnWhenItIsBack() {
        open(120, 30);
        events.report("carp", "before");
        type(carpctl("events -f") + "; echo status $?");
        awaitScreen("carp: before");
        vertx.undeploy(deployment).await();
        awaitScreen("carpctl: waiting for carpd to come back");
        deploy();
        awaitScreen("carpctl: carpd is back");
        events.report("carp", "after");
        awaitScreen("carp: after");
        tmux("send-keys", "C-c");
        awaitScreen("status 130");
        assertThat(screen()).doesNotContain("Exception");
    }
}
