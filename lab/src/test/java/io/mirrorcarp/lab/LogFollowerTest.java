// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogFollowerTest {
    @TempDir
    private Path directory;

    @Test
    void onlyWholeLinesAfterTheStartAreTold() throws IOException {
        Path file = directory.resolve("log");
        Files.writeString(file, "before\n");
        LogFollower follower = new LogFollower(file);
        assertThat(follower.newLines()).isEmpty();

        Files.writeString(file, "one\ntw", StandardOpenOption.APPEND);
        assertThat(follower.newLines()).containsExactly("one");
        assertThat(follower.newLines()).isEmpty();

        Files.writeString(file, "o\n\nthree\n", StandardOpenOption.APPEND);
        assertThat(follower.newLines()).containsExactly("two", "", "three");
    }

    @Test
    void aFileThatComesLaterIsReadFromItsStart() throws IOException {
        Path file = directory.resolve("log");
        LogFollower follower = new LogFollower(file);
        assertThat(follower.newLines()).isEmpty();

        Files.writeString(file, "one\n");
        assertThat(follower.newLines()).containsExactly("one");
    }
}
