// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Every line that begins with carpctl, in the pages for operators, is one that carpctl takes. */
class DocumentedCommandsTest {
    private static final Pattern COMMAND =
            Pattern.compile("(?m)^ +(?:\\S+# )?(?:sudo )?carpctl ([^#|\\n]+)|`(?:sudo )?carpctl ([^`]+)`");
    /** Of an argument whose value the reader chooses. */
    private static final Pattern PLACEHOLDER = Pattern.compile("[A-Z][A-Z_]+|\\.\\.\\.");

    static Stream<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(Path.of("../docs"))) {
            List<Path> pages =
                    new ArrayList<>(docs.filter(page -> page.toString().endsWith(".md"))
                            .filter(page -> !page.endsWith("carpctl.8.md"))
                            .sorted()
                            .toList());
            pages.add(Path.of("../README.md"));
            return pages.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyCommandOfThePageIsOne(Path page) throws IOException {
        Matcher found = COMMAND.matcher(Files.readString(page));
        List<String> wrong = new ArrayList<>();
        while (found.find()) {
            String line = found.group(1) == null ? found.group(2) : found.group(1);
            String complaint = complaint(line.strip());
            if (!complaint.isEmpty()) {
                wrong.add("carpctl " + line + ": " + complaint);
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static String complaint(String line) {
        if (line.startsWith("lab")
                || line.startsWith("-")
                || line.endsWith("...")
                || line.contains("[")
                || line.contains("\\|")) {
            return "";
        }
        String[] words = Arrays.stream(line.replaceAll("\"[^\"]*\"", "text").split("\\s+"))
                .map(word -> PLACEHOLDER.matcher(word).matches() ? "1" : word)
                .toArray(String[]::new);
        CommandLine tree = Carpctl.tree();
        try {
            tree.parseArgs(words);
            return "";
        } catch (ParameterException e) {
            // What is mentioned without its arguments is only mentioned.
            return e.getMessage().startsWith("Missing required") ? "" : e.getMessage();
        }
    }
}
