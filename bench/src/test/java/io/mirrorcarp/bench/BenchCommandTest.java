// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String line) {
        return BenchCommand.run(
                new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), line.split(" ", -1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nothing",
                "sender nothing",
                "--plot out.png sender",
                "--fast",
                "--gap 0 sender",
                "--gap 1001 sender",
                "--gap x",
                "--rounds 0",
                "--rounds 22 sender"
            })
    void badUsageIsStatus2WithAWordOnStandardError(String line) {
        assertThat(run(line)).isEqualTo(2);
        assertThat(err.toString(UTF_8)).startsWith("bench: ");
        assertThat(out.toString(UTF_8)).isEmpty();
    }

    @Test
    void anUnknownNameIsAnsweredWithTheKnownOnes() {
        run("sendr");
        assertThat(err.toString(UTF_8)).contains("sendr", "sender", "receiver", "failover", "codecs");
    }

    @Test
    void theListHasALineForEachMeasurement() {
        assertThat(run("--list")).isZero();
        assertThat(out.toString(UTF_8).lines()).hasSize(Catalogue.ALL.size());
        assertThat(out.toString(UTF_8)).contains("* sender receiver wire", "* latency", "  memory");
    }

    @Test
    void noNameIsTakenTwice() {
        assertThat(Catalogue.ALL.stream().flatMap(measurement -> measurement.names().stream()))
                .doesNotHaveDuplicates();
    }
}
