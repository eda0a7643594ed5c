// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * What tells a node that starts that it is in maintenance: a file in the state directory that holds the reason, on one line. Its being there is what
 * counts; one that cannot be read is taken as maintenance without a known reason, since a node that takes the addresses unasked does harm.
 */
public final class MaintenanceFile {
    private static final String UNKNOWN = "maintenance, for a reason that cannot be read";

    private final Path directory;
    private final Path file;

    /** @param stateDir made when it is needed and missing */
    public MaintenanceFile(String stateDir) {
        directory = Path.of(stateDir);
        file = directory.resolve("maintenance");
    }

    /** The reason, or empty when the node is not in maintenance. */
    public Optional<String> reason() {
        try {
            String reason =
                    Files.readString(file).lines().findFirst().orElse("").strip();
            return Optional.of(reason.isEmpty() ? UNKNOWN : reason);
        } catch (NoSuchFileException expected) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(UNKNOWN);
        }
    }

    /** Notes it so that it outlasts a power loss: the old content or the new one is there, never a part. */
    public void begin(String reason) throws IOException {
        Files.createDirectories(directory);
        Path fresh = file.resolveSibling("maintenance.new");
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(reason + "\n");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        forceDirectory();
    }

    /** Forgets it. */
    public void end() throws IOException {
        if (Files.deleteIfExists(file)) {
            forceDirectory();
        }
    }

    private void forceDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
