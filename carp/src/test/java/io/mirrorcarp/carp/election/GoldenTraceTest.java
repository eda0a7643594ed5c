// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Compares each transcript in src/test/resources/golden with what the machines do now. With {@code -Dgolden.rewrite=true}
 * it writes the files anew instead, for review as a diff.
 */
class GoldenTraceTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "golden");

    @TestFactory
    Stream<DynamicTest> theMachinesDoWhatTheTranscriptsSay() throws IOException {
        try (Stream<Path> found = Files.list(FOLDER)) {
            List<Path> files = found.sorted().toList();
            assertThat(files).isNotEmpty();
            return files.stream()
                    .map(file ->
                            DynamicTest.dynamicTest(file.getFileName().toString(), file.toUri(), () -> check(file)));
        }
    }

    private static void check(Path file) throws IOException {
        String text = Files.readString(file);
        String now = Transcript.run(text.lines().toList());
        if (Boolean.getBoolean("golden.rewrite")) {
            Files.writeString(file, now);
        } else {
            assertThat(now).isEqualTo(text);
        }
    }
}
