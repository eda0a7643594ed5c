// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What carpctl init and pair say to what they cannot do. That they can is shown by InitAndPairIT. */
class SetupCommandsTest {
    @TempDir
    private Path directory;

    private record Result(int status, String err) {}

    private Result carpctl(String line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status;
        try (PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
                PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            status = Carpctl.run(
                    outStream,
                    errStream,
                    line.replace("DIR", directory.toString()).split(" ", -1));
        }
        return new Result(status, err.toString(StandardCharsets.UTF_8));
    }

    private void refused(String line, int status, String sentence) throws IOException {
        Result result = carpctl(line);
        assertThat(result.err()).as(line).contains(sentence);
        assertThat(result.status()).as(line).isEqualTo(status);
        try (var files = Files.list(directory)) {
            assertThat(files).as("nothing is written").isEmpty();
        }
    }

    @Test
    void wrongAnswersAreNamedAndNothingIsWritten() throws IOException {
        refused("init --dir DIR --inside nope0=10.0.0.1/24", 2, "there is no interface \"nope0\": there is ");
        refused(
                "init --dir DIR --inside nope0=10.0.0.0/24",
                2,
                "\"10.0.0.0/24\" is a network, not the address of a host");
        refused(
                "init --dir DIR --inside nope0=10.0.0.1",
                2,
                "is not an address with a prefix length, such as 10.0.0.1/24");
        refused("init --dir DIR --inside nope0=router/24", 2, "is not an address with a prefix length");
        refused("init --dir DIR --inside nope0=10.0.0.1/24 --name a,b", 2, "use --name");
        refused("init --dir DIR --inside nope0", 2, "--inside");
    }

    @Test
    void aPairFileThatIsNoneIsNamed() throws IOException {
        refused("pair", 2, "a command is missing: export or import");
        refused("pair import --dir DIR /nowhere", 1, "carpctl: cannot read /nowhere: no such");
        refused("pair import --dir DIR /etc/passwd", 1, "/etc/passwd is not a whole file of carpctl pair export");
        refused("pair export --dir DIR DIR/pair", 4, "carpd.toml:1:1: cannot be read: no such file");
    }
}
