// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts that give carpd less than it would like: one virtual host on one cable, in a namespace that goes with its shell. */
class HardHostIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    @BeforeEach
    void configure() throws IOException {
        Files.writeString(directory.resolve("carp.key"), "secret\n");
        Files.setPosixFilePermissions(directory.resolve("carp.key"), PosixFilePermissions.fromString("rw-------"));
        Files.writeString(directory.resolve("carpd.toml"), """
                [node]
                name     = "fw-a"
                stateDir = "DIRECTORY/state"
                [carp.lan]
                vhid     = 1
                carpdev  = "lan0"
                passFile = "carp.key"
                address  = ["10.0.0.1/24"]
                [admin]
                socket = "DIRECTORY/admin.sock"
                """.replace("DIRECTORY", directory.toString()));
    }

    @Test
    void inAUserNamespaceItRunsAndSaysOnceWhatItLacks() {
        CommandResult result = run(List.of("unshare", "-Urnm"), "", "");
        assertThat(result.out()).contains("10.0.0.1/").contains("rc=0");
        assertThat(result.err().lines().filter(line -> line.contains("net.core.rmem_max")))
                .as(result.err())
                .hasSize(1);
        assertThat(result.err()).doesNotContain("Exception").doesNotContain("\tat ");
    }

    @Test
    void withTheRightNothingIsSaidOfBuffers() {
        CommandResult result = run(List.of("unshare", "-nm"), "", "");
        assertThat(result.out()).contains("10.0.0.1/").contains("rc=0");
        assertThat(result.err()).doesNotContain("rmem_max");
    }

    @Test
    void whereTemporaryFilesCannotBeExecutedItRunsFromItsOwnDirectory() {
        CommandResult result =
                run(List.of("unshare", "-nm"), "mount -t tmpfs -o noexec tmpfs /run", "-Djava.io.tmpdir=/run");
        assertThat(result.out()).as(result.err()).contains("10.0.0.1/").contains("rc=0");
    }

    @Test
    void whereItsOwnDirectoryIsMissingTooOneSentenceTellsTheWayOut() {
        String options = "-Djava.library.path=/nowhere -Djffi.boot.library.path=/nowhere -Djava.io.tmpdir=/run";
        CommandResult result = run(List.of("unshare", "-nm"), "mount -t tmpfs -o noexec tmpfs /run", options);
        assertThat(result.out()).contains("rc=1");
        assertThat(result.err())
                .contains("the directory for temporary files, /run, is read-only, full or mounted noexec")
                .contains("CARPD_JAVA_OPTIONS=-Djava.io.tmpdir=DIRECTORY")
                .doesNotContain("\tat ");
    }

    @Test
    void withProcSysReadOnlyItRunsAndSaysWhatItCouldNotSet() {
        CommandResult result = run(
                List.of("unshare", "-nm"), "mount --bind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys", "");
        assertThat(result.out()).as(result.err()).contains("10.0.0.1/").contains("rc=0");
        assertThat(result.err()).contains("ip_nonlocal_bind").doesNotContain("\tat ");
    }

    @Test
    void withoutIpv6ItRuns() {
        CommandResult result = run(
                List.of("unshare", "-nm"),
                "sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1",
                "");
        assertThat(result.out()).as(result.err()).contains("10.0.0.1/").contains("rc=0");
    }

    @Test
    @EnabledIfSystemProperty(
            named = "load",
            matches = "true",
            disabledReason = "takes seconds: run it with -Dload=true")
    void withoutTheRightToRealTimePriorityItRunsAndSaysSo() {
        List<String> without = List.of("unshare", "-nm", "setpriv", "--bounding-set=-sys_nice", "--inh-caps=-sys_nice");
        CommandResult result = run(without, "", "");
        assertThat(result.out()).as(result.err()).contains("10.0.0.1/").contains("rc=0");
        assertThat(result.err())
                .containsOnlyOnce("real-time scheduling: EPERM")
                .doesNotContain("cannot keep")
                .doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"net_admin", "net_raw"})
    @EnabledIfSystemProperty(
            named = "load",
            matches = "true",
            disabledReason = "takes seconds: run it with -Dload=true")
    void withoutARightThatItNeedsOneSentenceTellsTheWayOut(String right) {
        String script = "ip link add lan0 type veth peer name peer0; exec setpriv --bounding-set=-" + right
                + " --inh-caps=-" + right + " " + Checkout.home().resolve("bin/carpd") + " --config "
                + directory.resolve("carpd.toml");
        CommandResult result = Commands.run(List.of("unshare", "-nm", "sh", "-c", script), "", LIMIT);
        assertThat(result.exitStatus()).as(result.err()).isEqualTo(1);
        assertThat(result.err())
                .contains("this process lacks CAP_" + right.toUpperCase(java.util.Locale.ROOT))
                .contains("give the unit or the container CAP_NET_ADMIN and CAP_NET_RAW")
                .doesNotContain("\tat ");
    }

    /**
     * System calls of x86_64 that a filter refuses: real-time scheduling and locked memory, which carpd does without; and recvmmsg, which it
     * does not.
     */
    @ParameterizedTest
    @CsvSource({"'144,314,151,149', ''", "299, 'let it pass what systemd calls @system-service'"})
    @EnabledIfSystemProperty(
            named = "load",
            matches = "true",
            disabledReason = "takes seconds: run it with -Dload=true")
    void whatAFilterOfSystemCallsRefusesIsDoneWithoutOrToldWithTheWayOut(String refused, String told)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("unshare", "-nm"));
        command.addAll(SystemCallFilter.refusing(directory, refused));
        CommandResult result = run(command, "", "");
        if (told.isEmpty()) {
            assertThat(result.out()).as(result.err()).contains("10.0.0.1/").contains("rc=0");
        } else {
            assertThat(result.out()).as(result.err()).contains("rc=1");
            assertThat(result.err()).contains(told);
        }
        assertThat(result.err()).doesNotContain("\tat ");
    }

    /** As a router has none while it boots. */
    @Test
    void beforeThereIsAnyInterfaceOnlyCarpdSaysWhatIsMissing() {
        String script = """
                CARPD --config DIRECTORY/carpd.toml 2>DIRECTORY/log &
                for i in $(seq 300); do
                    sleep 0.1
                    grep -q 'running as fw-a' DIRECTORY/log && break
                done
                CARPCTL --socket DIRECTORY/admin.sock status
                kill $!
                wait $!
                echo rc=$?
                cat DIRECTORY/log >&2
                """.replace("CARPD --", Checkout.home().resolve("bin/carpd") + " --")
                .replace("CARPCTL --", Checkout.home().resolve("bin/carpctl") + " --")
                .replace("DIRECTORY", directory.toString());
        CommandResult result = Commands.run(List.of("unshare", "-nm", "sh", "-c", script), "", LIMIT);
        assertThat(result.out()).as(result.err()).contains("lan is INIT").contains("rc=0");
        assertThat(result.err()).contains("there is no interface \"lan0\"").doesNotContain("MacAddressUtil");
    }

    @Test
    void withTooFewOpenFilesOneSentenceTellsTheWayOut() {
        for (String program : List.of("carpd --config " + directory.resolve("carpd.toml"), "carpctl status")) {
            String line = "ulimit -n 64; exec " + Checkout.home().resolve("bin") + "/" + program;
            CommandResult result = Commands.run(List.of("sh", "-c", line), "", LIMIT);
            assertThat(result.exitStatus()).as(program).isEqualTo(1);
            assertThat(result.err())
                    .hasLineCount(1)
                    .contains("64 files open at once")
                    .contains("ulimit -n");
        }
    }

    /** As the JVM sizes itself on such a machine. */
    @Test
    void with256MegabytesOfMemoryItTakesHalfOfThem() {
        CommandResult result = run(List.of("unshare", "-nm"), "", "-XX:MaxRAM=256m");
        assertThat(result.out()).as(result.err()).contains("10.0.0.1/").contains("rc=0");
        String peak = result.out()
                .lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .findFirst()
                .orElseThrow();
        assertThat(Long.parseLong(peak.replaceAll("\\D", ""))).as(peak).isLessThan(140_000);
    }

    /** The class archive is of the Java that built it, and later ones warn of what earlier ones do not. */
    @Test
    void anotherJavaThanThatOfTheBuildRunsItWithoutAWordOfItsOwn() throws Exception {
        List<Path> others;
        try (Stream<Path> all = Files.list(Path.of("/usr/lib/jvm"))) {
            others = all.filter(HardHostIT::isOther).toList();
        }
        assumeFalse(others.isEmpty(), "there is no other Java of version 17 or later in /usr/lib/jvm");
        for (Path java : others) {
            CommandResult result = run(List.of("unshare", "-nm"), "export JAVA_HOME=" + java, "");
            assertThat(result.out()).as(java + ": " + result.err()).contains("10.0.0.1/", "rc=0");
            assertThat(result.err()).as(java.toString()).doesNotContain("WARNING", "[error]", "archive");
        }
    }

    private static boolean isOther(Path directory) {
        int feature = Integer.parseInt(release(directory).replaceAll("(?s).*JAVA_VERSION=\"(\\d+).*", "$1"));
        return feature >= 17 && feature != Runtime.version().feature() && !Files.isSymbolicLink(directory);
    }

    /** The file of a directory that describes its Java; of others, a version that nothing runs with. */
    private static String release(Path directory) {
        try {
            String text = Files.readString(directory.resolve("release"));
            return text.contains("JAVA_VERSION=\"") ? text : "0";
        } catch (IOException e) {
            return "0";
        }
    }

    /** Brings up one cable, runs carpd until it is master, and ends it; prints the addresses of its time as master, and {@code rc=STATUS}. */
    private CommandResult run(List<String> namespace, String before, String javaOptions) {
        String script = """
                ip link set lo up
                ip link add lan0 type veth peer name peer0
                ip address add 10.0.0.2/24 dev lan0
                ip link set lan0 up
                ip link set peer0 up
                BEFORE
                cd /
                CARPD_JAVA_OPTIONS="@OPTIONS@" CARPD --config DIRECTORY/carpd.toml 2>DIRECTORY/log &
                for i in $(seq 300); do
                    sleep 0.1
                    kill -0 $! 2>/dev/null || break
                    ip -o address | grep -q 10.0.0.1/ && break
                done
                ip -o address
                grep VmHWM /proc/$!/status
                kill $!
                wait $!
                echo rc=$?
                cat DIRECTORY/log >&2
                """.replace("BEFORE", before)
                .replace("@OPTIONS@", javaOptions)
                .replace("CARPD --", Checkout.home().resolve("bin/carpd") + " --")
                .replace("DIRECTORY", directory.toString());
        List<String> command = new ArrayList<>(namespace);
        command.addAll(List.of("sh", "-c", script));
        return Commands.run(command, "", LIMIT);
    }
}
