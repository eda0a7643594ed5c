// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples that people start from. */
class ExamplesTest {
    private static final Path CONF = Path.of("..", "conf");

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(CONF)) {
            List<Path> examples = files.filter(file -> file.toString().endsWith(".toml"))
                    .sorted()
                    .toList();
            assertThat(examples).hasSizeGreaterThanOrEqualTo(3);
            return examples;
        }
    }

    private static Configuration parse(String text) {
        ConfigurationResult result = ConfigurationParser.parse("example", text, new FakeSurroundings());
        assertThat(result.faultLines()).isEmpty();
        assertThat(result.warningLines()).isEmpty();
        return result.configuration().orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleIsValid(Path example) throws IOException {
        parse(Files.readString(example));
    }

    /** A line such as {@code # allow = true} is a key with its default. */
    @ParameterizedTest
    @MethodSource("examples")
    void everyKeyThatIsCommentedOutIsValidToo(Path example) throws IOException {
        String text = Files.readString(example);
        String whole = text.replaceAll("(?m)^# (?=\\[[a-z.]+]|[A-Za-z]+ *= )", "");
        Configuration configuration = parse(whole.replaceAll("(?m)^syncpeer .*", ""));
        assertThat(configuration).as("the comments show the defaults").isEqualTo(parse(text));
        String pair = whole.replace("192.0.2.1", "192.0.2.3");
        assertThat(parse(pair)).isNotNull();
    }

    @Test
    void theNodesOfThePairDifferInNameAndPreferenceAlone() throws IOException {
        Configuration a = parse(Files.readString(CONF.resolve("fw-a.toml")));
        Configuration b = parse(Files.readString(CONF.resolve("fw-b.toml")));
        assertThat(List.of(a.node().name(), b.node().name())).containsExactly("fw-a", "fw-b");
        assertThat(a.virtualHosts()).allMatch(host -> host.advskew() == 0);
        assertThat(b.virtualHosts()).allMatch(host -> host.advskew() == 100);
        assertThat(a.virtualHosts())
                .map(VirtualHostConfiguration::addresses)
                .isEqualTo(b.virtualHosts().stream()
                        .map(VirtualHostConfiguration::addresses)
                        .toList());
        assertThat(a.global()).isEqualTo(b.global());
        assertThat(a.pfsync()).isEqualTo(b.pfsync());
    }
}
