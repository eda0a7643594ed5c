// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Compares each transcript in src/test/resources/golden with what the machines do now. With {@code -Dgolden.rewrite=true}
 * it writes the files anew instead, for review as a diff.
 */
class GoldenTraceTest {
    private static final Path RESOURCES = Path.of("src", "test", "resources");

    @TestFactory
    Stream<DynamicTest> virtualHostsDoWhatTheTranscriptsSay() throws IOException {
        return tests("golden", Transcript::run);
    }

    @TestFactory
    Stream<DynamicTest> wholeNodesDoWhatTheTranscriptsSay() throws IOException {
        return tests("golden-nodes", NodeTranscript::run);
    }

    private static Stream<DynamicTest> tests(String folder, Function<List<String>, String> machine) throws IOException {
        try (Stream<Path> found = Files.list(RESOURCES.resolve(folder))) {
            List<Path> files = found.sorted().toList();
            assertThat(files).isNotEmpty();
            return files.stream()
                    .map(file -> DynamicTest.dynamicTest(
                            file.getFileName().toString(), file.toUri(), () -> check(file, machine)));
        }
    }

    private static void check(Path file, Function<List<String>, String> machine) throws IOException {
        String text = Files.readString(file);
        String now = machine.apply(text.lines().toList());
        if (Boolean.getBoolean("golden.rewrite")) {
            Files.writeString(file, now);
        } else {
            assertThat(now).isEqualTo(text);
        }
    }
}
