// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The manual page of the configuration against the parser: every key has its line, and every line is a key. */
class ManualTest {
    private static final Path PAGE = Path.of("..", "docs", "carpd.toml.5.md");

    /** A key that is like no other: the fault lists all those that the table knows. */
    private static final String UNKNOWN = "zzzzzzzzzzzz = 1\n";

    private static final String EVERY_TABLE = UNKNOWN
            + "[node]\n" + UNKNOWN
            + "[global]\n" + UNKNOWN + "demotion = { zzzzzzzzzzzz = 1 }\n"
            + "[carp.NAME]\n" + UNKNOWN
            + "[pfsync]\n" + UNKNOWN
            + "[pfsync.filter]\n" + UNKNOWN
            + "[pfsync.filter.import]\n" + UNKNOWN
            + "[[track.interface]]\n" + UNKNOWN
            + "[[track.script]]\n" + UNKNOWN
            + "[check.NAME]\nkind = \"ping\"\n" + UNKNOWN
            + "[route.NAME]\n" + UNKNOWN
            + "[hooks]\n" + UNKNOWN
            + "[admin]\n" + UNKNOWN
            + "[metrics]\n" + UNKNOWN
            + "[[notify]]\n" + UNKNOWN;

    private static final Pattern FAULT = Pattern.compile("unknown key \"z+\" in (.+): there is (.+)");
    private static final Pattern HEADING = Pattern.compile("##+ (\\[.+]|global\\.demotion)");
    private static final Pattern LINE = Pattern.compile("\\| `([A-Za-z]+)` \\| .+ \\| .+ \\|");

    /** By table; those that are tables themselves have a section and no line. */
    private static Map<String, Set<String>> keysOfTheParser() {
        Map<String, Set<String>> keys = new LinkedHashMap<>();
        for (String fault : ConfigurationParser.parse("f", EVERY_TABLE, new FakeSurroundings())
                .faultLines()) {
            Matcher matcher = FAULT.matcher(fault);
            if (matcher.find()) {
                keys.put(
                        matcher.group(1), new TreeSet<>(List.of(matcher.group(2).split(", ", -1))));
            }
        }
        keys.get("[pfsync]").remove("filter");
        keys.get("[pfsync.filter]").remove("import");
        return keys;
    }

    private static Map<String, Set<String>> linesOfThePage() throws IOException {
        Map<String, Set<String>> lines = new LinkedHashMap<>();
        Set<String> section = new TreeSet<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher heading = HEADING.matcher(line);
            Matcher key = LINE.matcher(line);
            if (heading.matches()) {
                section = new TreeSet<>();
                lines.put(heading.group(1), section);
            } else if (key.matches()) {
                section.add(key.group(1));
            }
        }
        return lines;
    }

    @Test
    void everyKeyOfEveryTableHasItsLine() throws IOException {
        Map<String, Set<String>> parser = keysOfTheParser();
        assertThat(parser.remove("the file")).contains("node", "global", "carp", "pfsync", "track", "hooks", "admin");
        assertThat(parser).hasSize(15);
        assertThat(linesOfThePage()).isEqualTo(parser);
    }
}
