// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The help of every command, and the manual. */
class HelpTest {
    private static final Pattern COMMAND = Pattern.compile("^  ([a-z]+) ", Pattern.MULTILINE);

    private static String help(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertThat(Carpctl.run(print, print, arguments))
                .as(String.join(" ", arguments))
                .isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static List<String> commands() {
        return COMMAND.matcher(help("--help"))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void everyCommandShowsExamplesThatNameIt() {
        assertThat(commands())
                .contains("status", "states", "top", "failover", "version")
                .allSatisfy(command -> {
                    String help = help(command, "--help");
                    assertThat(help).as(command).contains("\nExample");
                    assertThat(help.substring(help.indexOf("\nExample"))).contains("carpctl " + command);
                });
    }

    @Test
    void helpIsGivenInTheWordsOfOtherProgramsToo() {
        assertThat(help("help")).isEqualTo(help("--help"));
        assertThat(help("help", "states", "delete")).isEqualTo(help("states", "delete", "--help"));
    }

    /** One vocabulary: what the help lists, the manual has. */
    @Test
    void theManualHasEveryCommand() throws IOException {
        String manual = Files.readString(Path.of("../docs/carpctl.8.md"));
        assertThat(commands()).allSatisfy(command -> assertThat(manual).contains("`carpctl " + command));
    }
}
