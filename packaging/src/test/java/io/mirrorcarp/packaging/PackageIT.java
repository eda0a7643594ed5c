// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in the package, as the tools of Debian and systemd judge it. {@link SystemIT} installs it. */
class PackageIT {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Pattern EXPOSURE = Pattern.compile("Overall exposure level for carpd.service: ([0-9.]+)");

    /** The most that systemd may find exposed. */
    private static final double EXPOSURE_LIMIT = 2.5;

    @TempDir
    static Path root;

    @BeforeAll
    static void unpack() {
        need("dpkg-deb");
        run("dpkg-deb", "-x", Built.deb().toString(), root.toString()).orThrow();
    }

    @Test
    void lintianHasNoErrorAndNoWarning() {
        need("lintian");
        CommandResult result = run(
                "lintian",
                "--allow-root",
                "--fail-on",
                "error,warning",
                Built.deb().toString());
        assertThat(result.out() + result.err()).doesNotContain("E: carpd").doesNotContain("W: carpd");
        assertThat(result.exitStatus()).isZero();
    }

    @Test
    void everyManualPageIsThereAndGroffHasNoWarning() throws IOException {
        need("man");
        for (Path page : pages()) {
            CommandResult result =
                    run("sh", "-c", "LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -l -Tutf8 -Z " + page + " >/dev/null");
            assertThat(result.err()).as(page.toString()).isEmpty();
            assertThat(run("lexgrog", page.toString()).exitStatus())
                    .as("whatis finds " + page)
                    .isZero();
        }
        assertThat(pages())
                .extracting(page -> page.getFileName().toString())
                .contains("carpd.8.gz", "carpctl.8.gz", "carpd.toml.5.gz", "carpd-troubleshooting.7.gz")
                .contains("carpctl-status.8.gz", "carpctl-config.8.gz", "carpctl-maintenance.8.gz");
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve("usr/share/man"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void systemdFindsNothingWrongInTheUnits() throws IOException {
        need("systemd-analyze");
        Path units = root.resolve("usr/lib/systemd/system");
        // The programs are not installed here.
        Path here = Files.createDirectory(root.resolve("units"));
        try (Stream<Path> files = Files.list(units)) {
            for (Path unit : files.toList()) {
                String text = Files.readString(unit)
                        .replace("/usr/lib/carpd/", root + "/usr/lib/carpd/")
                        .replace("/usr/sbin/", root + "/usr/sbin/");
                Files.writeString(here.resolve(unit.getFileName()), text);
            }
        }
        try (Stream<Path> files = Files.list(here)) {
            for (Path unit : files.toList()) {
                CommandResult result = run("systemd-analyze", "verify", "--man=no", unit.toString());
                assertThat(result.out() + result.err())
                        .as(unit.toString())
                        .doesNotContain(unit.getFileName().toString());
            }
        }
    }

    @Test
    void theServiceIsExposedToLittle() {
        need("systemd-analyze");
        String text = run(
                        "systemd-analyze",
                        "security",
                        "--offline=yes",
                        "--no-pager",
                        root.resolve("usr/lib/systemd/system/carpd.service").toString())
                .out();
        Matcher exposure = EXPOSURE.matcher(text);
        assertThat(exposure.find()).as(text).isTrue();
        assertThat(Double.parseDouble(exposure.group(1))).isLessThanOrEqualTo(EXPOSURE_LIMIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"postinst", "prerm", "postrm"})
    void theMaintainerScriptsAreShellAndStopAtAFailure(String script) throws IOException {
        Path control = Files.createTempDirectory(root, "control");
        run("dpkg-deb", "-e", Built.deb().toString(), control.toString()).orThrow();
        run("sh", "-n", control.resolve(script).toString()).orThrow();
        assertThat(Files.readString(control.resolve(script)))
                .contains("set -e")
                .doesNotContain("systemctl restart carpd\n");
    }

    @Test
    void bashAndZshCompleteTheCommands() {
        Path script = root.resolve("usr/share/bash-completion/completions/carpctl");
        String answer = run(
                        "bash",
                        "-c",
                        "source " + script
                                + "; COMP_WORDS=(carpctl mai); COMP_CWORD=1; COMP_LINE='carpctl mai'; _complete_carpctl; echo \"${COMPREPLY[@]}\"")
                .orThrow()
                .out();
        assertThat(answer.strip()).isEqualTo("maintenance");
        assertThat(root.resolve("usr/share/zsh/vendor-completions/_carpctl"))
                .content()
                .startsWith("#compdef carpctl");
    }

    @Test
    void noArchiveOfThisMachinesJavaIsShipped() throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve("usr/lib/carpd"))) {
            assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".jsa") || name.endsWith(".so"));
        }
    }

    private static void need(String program) {
        boolean there = Commands.run("sh", "-c", "command -v " + program).exitStatus() == 0;
        if (!there) {
            System.out.println("needs " + program + ": not installed here");
        }
        assumeTrue(there, "needs " + program);
    }

    private static CommandResult run(String... command) {
        return Commands.run(List.of(command), "", LIMIT);
    }
}
