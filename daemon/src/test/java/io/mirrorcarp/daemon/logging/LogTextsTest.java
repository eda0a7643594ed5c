// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A line of the log begins with the name of its logger: its text does not say that again. */
class LogTextsTest {
    private static final Pattern LOGGER = Pattern.compile("getLogger\\(\"([a-z]+)\"\\)");

    @Test
    void noTextBeginsWithTheNameOfItsLogger() throws IOException {
        int loggers = 0;
        List<String> twice = new ArrayList<>();
        for (Path file : sources()) {
            String text = Files.readString(file);
            Matcher logger = LOGGER.matcher(text);
            while (logger.find()) {
                loggers++;
                if (Pattern.compile("LOG\\.[a-z]+\\(\\s*\"" + logger.group(1) + ": ")
                        .matcher(text)
                        .find()) {
                    twice.add(String.valueOf(file.getFileName()));
                }
            }
        }
        assertThat(loggers).isGreaterThan(20);
        assertThat(twice).isEmpty();
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : List.of("netio", "carp", "pfsync", "conntrack-bridge", "daemon")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
                files.filter(path -> path.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }
}
