// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaintenanceFileTest {
    @TempDir
    Path directory;

    private Path stateDir;
    private MaintenanceFile file;

    @BeforeEach
    void inADirectoryThatIsMissing() {
        stateDir = directory.resolve("lib/carpd");
        file = new MaintenanceFile(stateDir.toString());
    }

    @Test
    void whatWasNotedIsThereForTheNextProcess() throws IOException {
        assertThat(file.reason()).isEmpty();
        file.begin("new disk");
        file.begin("new disk, and a fan – größer");
        assertThat(new MaintenanceFile(stateDir.toString()).reason()).contains("new disk, and a fan – größer");
        file.end();
        file.end();
        assertThat(new MaintenanceFile(stateDir.toString()).reason()).isEmpty();
        try (Stream<Path> left = Files.list(stateDir)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aFileThatCannotBeReadIsMaintenanceAllTheSame() throws IOException {
        Files.createDirectories(stateDir);
        Path noted = stateDir.resolve("maintenance");
        Files.write(noted, new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThat(file.reason()).contains("maintenance, for a reason that cannot be read");
        Files.write(noted, new byte[0]);
        assertThat(file.reason()).contains("maintenance, for a reason that cannot be read");
    }

    @Test
    void whereThereIsNoDirectoryThereIsNoMaintenance() throws IOException {
        Files.createDirectories(stateDir.getParent());
        Files.writeString(stateDir, "a file where the directory should be");
        assertThat(file.reason()).isEmpty();
    }

    @Test
    void whatCannotBeNotedIsAnError() throws IOException {
        Files.createDirectories(stateDir.getParent());
        Files.writeString(stateDir, "a file where the directory should be");
        assertThatThrownBy(() -> file.begin("new disk")).isInstanceOf(IOException.class);
    }
}
