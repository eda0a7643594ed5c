// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** carpctl import with its real files, on this machine. */
class ImportCommandTest {
    private static final String SAMPLES = "src/test/resources/import/";
    private static final String PAIR = SAMPLES + "keepalived/pair.conf";

    @TempDir
    private Path directory;

    private record Result(int status, String out, String err) {}

    private static Result carpctl(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status;
        try (PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
                PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            status = Carpctl.run(outStream, errStream, arguments);
        }
        return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    private static String mode(String file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(file)));
    }

    @Test
    void theFilesHaveTheirModesAndPassTheCheck() throws IOException {
        String toml = file("new/carpd.toml");
        Result result = carpctl("import", PAIR, SAMPLES + "conntrackd/udp.conf", "-o", toml, "--rename", "sync0=lo");
        assertThat(result.err()).contains(PAIR + ":40: garp_master_delay: ").contains("carpctl: wrote " + toml);
        assertThat(result.out()).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(mode(toml)).isEqualTo("rw-------");
        assertThat(mode(file("new/carp.key"))).isEqualTo("rw-------");
        assertThat(mode(file("new/sync.key"))).isEqualTo("rw-------");
        assertThat(mode(file("new/hooks.d"))).isEqualTo("rwxr-xr-x");
        assertThat(mode(file("new/hooks.d/50-WAN"))).isEqualTo("rwxr-xr-x");
        assertThat(mode(file("new"))).isEqualTo("rwxr-x---");
        assertThat(Path.of(file("new/carp.key"))).hasContent("s3cr-wan");
        Result check = carpctl("config", "check", toml);
        assertThat(check.out()).isEqualTo(toml + ": ok\n");
        assertThat(result.err() + check.err()).doesNotContain("s3cr");
    }

    @Test
    void nothingIsEverReplacedUnlessForced() throws IOException {
        Files.writeString(directory.resolve("carp.key"), "another\n");
        Result refused = carpctl("import", PAIR, "-o", file("carpd.toml"));
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err())
                .contains("carpctl: " + file("carp.key") + " is there already, and is kept\n")
                .endsWith("carpctl: nothing is written: name another directory with -o, or add --force\n");
        assertThat(directory.resolve("carpd.toml")).doesNotExist();
        assertThat(directory.resolve("carp.key")).hasContent("another");
        assertThat(carpctl("import", PAIR, "-o", file("carpd.toml"), "--force").status())
                .isZero();
        assertThat(directory.resolve("carp.key")).hasContent("s3cr-wan");
        assertThat(mode(file("carp.key"))).isEqualTo("rw-------");
        Result again = carpctl("import", PAIR, "-o", file("carpd.toml"));
        assertThat(again.status()).as("equal files are in nobody's way").isZero();
        assertThat(again.err()).doesNotContain("wrote");
    }

    @Test
    void aDryRunWritesNothing() throws IOException {
        Result result = carpctl("import", "-n", PAIR, "-o", file("carpd.toml"));
        assertThat(result.status()).isZero();
        assertThat(result.out()).contains("[carp.WAN]\nvhid = 51\n").doesNotContain("s3cr");
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void faultsAreSentences() {
        assertThat(carpctl("import", "/nowhere")).isEqualTo(new Result(4, "", "carpctl: /nowhere: no such file\n"));
        assertThat(carpctl("import", SAMPLES + "sysctl.conf/carp").err())
                .endsWith("carpctl: nothing to import: no virtual host and no state channel was found\n");
        assertThat(carpctl("import", "--from", "junos", PAIR).status()).isEqualTo(2);
        assertThat(carpctl("import", "--from", "conntrackd", PAIR).status()).isEqualTo(4);
        assertThat(carpctl("import", PAIR, "-o", "/proc/carpd/carpd.toml").err())
                .contains("carpctl: cannot write: /proc/carpd: ");
        assertThat(carpctl("import").status()).isEqualTo(2);
        assertThat(carpctl("import", "--help").out()).contains("Examples:").contains("keepalived.conf conntrackd.conf");
    }
}
