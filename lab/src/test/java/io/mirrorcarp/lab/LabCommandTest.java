// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LabCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "walk",
                "run --how fire",
                "run --downloads 0",
                "run --downloads 201",
                "run --downloads x",
                "run volcano",
                "run udp --how stop",
                "run --nodes 3",
                "run udp --nodes 4",
                "fail --how fire",
                "up now",
                "fail now",
                "fail flap --how stop",
                "fail 123456 234567"
            })
    void badUsageIsStatus2WithAWordOnStandardError(String line) {
        assertThat(run(line)).isEqualTo(2);
        assertThat(err.toString(UTF_8)).isNotEmpty();
        assertThat(out.toString(UTF_8)).isEmpty();
    }

    @Test
    void helpNamesTheVerbs() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(UTF_8)).contains("run", "up", "fail", "down", "status");
    }

    private int run(String line) {
        List<String> arguments = line.isEmpty() ? List.of() : List.of(line.split(" ", -1));
        return LabCommand.run(arguments, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }
}
