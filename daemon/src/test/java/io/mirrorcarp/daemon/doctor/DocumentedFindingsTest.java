// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever looks up the code of a finding finds it in the manual. */
class DocumentedFindingsTest {
    private static final Pattern MADE =
            Pattern.compile("(?:Diagnosis\\.(?:error|warning)|new LinkFault)\\(\\s*\"([a-z0-9-]+)\"");

    @Test
    void theManualHasEachCode() throws IOException {
        Set<String> codes = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/io/mirrorcarp"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                MADE.matcher(Files.readString(file)).results().forEach(code -> codes.add(code.group(1)));
            }
        }
        assertThat(codes).contains("tcp-loose", "no-connection").hasSizeGreaterThan(40);
        String manual = Files.readString(Path.of("../docs/carpctl.8.md"));
        assertThat(codes).allSatisfy(code -> assertThat(manual).contains("`" + code + "`"));
    }
}
