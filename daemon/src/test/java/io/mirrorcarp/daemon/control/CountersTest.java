// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.conntrack.io.ConntrackCounter;
import io.mirrorcarp.counter.Counter;
import io.mirrorcarp.daemon.web.WebCounter;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The counters' own names, and the manual, which repeats them. */
class CountersTest {
    private static final Path MANUAL = Path.of("..", "docs", "carpctl.8.md");

    static Stream<Arguments> parts() {
        return Stream.of(
                Arguments.of("carp", List.of(CarpCounter.values())),
                Arguments.of("pfsync", List.of(PfsyncCounter.values())),
                Arguments.of("conntrack", List.of(ConntrackCounter.values())),
                Arguments.of("web", List.of(WebCounter.values())));
    }

    @ParameterizedTest
    @MethodSource("parts")
    void everyCounterHasALabelOfItsOwnWordsAndHelp(String part, List<Counter> counters) {
        assertThat(counters)
                .extracting(Counter::label)
                .doesNotHaveDuplicates()
                .allMatch(label -> label.matches("[a-z]+([A-Z][a-z]+)*6?"));
        assertThat(counters).extracting(Counter::words).allMatch(words -> words.matches("[^\\n|]+[^.\\n|]"));
        assertThat(counters).extracting(Counter::help).allMatch(help -> help.matches("[A-Z][^\\n|]+[^.\\n|]"));
    }

    @ParameterizedTest
    @MethodSource("parts")
    void theManualListsThemAllInTheirOrder(String part, List<Counter> counters) throws IOException {
        List<String> wanted = new ArrayList<>();
        counters.forEach(
                counter -> wanted.add("| " + part + " | `" + counter.label() + "` | " + counter.help() + " |"));
        assertThat(Arrays.stream(Files.readString(MANUAL).split("\n"))
                        .filter(line -> line.startsWith("| " + part + " | `")))
                .as("rows of " + part + " below COUNTERS in " + MANUAL)
                .containsExactlyElementsOf(wanted);
    }

    @Test
    void aCounterIsPrintedInItsOwnWords() {
        assertThat(StatsText.render(FakeDaemon.counters(), "pfsync"))
                .contains(PfsyncCounter.INSERTS_IN.words(), PfsyncCounter.RETRANSMITS.words());
    }
}
