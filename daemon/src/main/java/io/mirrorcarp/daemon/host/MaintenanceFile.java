// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What tells a node that starts that it is in maintenance: a file in the state directory that holds the reason, on one line. Its being there is what
 * counts; one that cannot be read is taken as maintenance without a known reason, since a node that takes the addresses unasked does harm.
 */
public final class MaintenanceFile {
    private static final String UNKNOWN = "maintenance, for a reason that cannot be read";

    private final Path directory;
    private final DurableFile file;

    /** @param stateDir made when it is needed and missing */
    public MaintenanceFile(String stateDir) {
        directory = Path.of(stateDir);
        file = new DurableFile(stateDir, "maintenance");
    }

    /** The reason, or empty when the node is not in maintenance. */
    public Optional<String> reason() {
        try {
            String reason = file.read().lines().findFirst().orElse("").strip();
            return Optional.of(reason.isEmpty() ? UNKNOWN : reason);
        } catch (NoSuchFileException expected) {
            return Optional.empty();
        } catch (IOException e) {
            // Where there is no directory, there is no such file in it.
            return Files.isDirectory(directory) ? Optional.of(UNKNOWN) : Optional.empty();
        }
    }

    /** Notes it. */
    public void begin(String reason) throws IOException {
        file.write(reason + "\n");
    }

    /** Forgets it. */
    public void end() throws IOException {
        file.delete();
    }
}
