// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A small file in the state directory that outlasts a power loss: the old content or the new one is there, never a part. */
final class DurableFile {
    private final Path directory;
    private final Path file;

    /** @param stateDir made when it is needed and missing */
    DurableFile(String stateDir, String name) {
        directory = Path.of(stateDir);
        file = directory.resolve(name);
    }

    /** Throws {@link java.nio.file.NoSuchFileException} where there is none. */
    String read() throws IOException {
        return Files.readString(file);
    }

    void write(String content) throws IOException {
        Files.createDirectories(directory);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(content);
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

    void delete() throws IOException {
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
