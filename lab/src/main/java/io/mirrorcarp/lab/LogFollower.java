// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the lines that are added to a log file from now on. */
final class LogFollower {
    private final Path file;
    private long position;
    private String unfinished = "";

    LogFollower(Path file) {
        this.file = file;
        this.position = size(file);
    }

    /** The whole lines that came since the last call. */
    List<String> newLines() {
        long size = size(file);
        if (size == position) {
            return List.of();
        }
        ByteBuffer added = ByteBuffer.allocate(Math.toIntExact(size - position));
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(position);
            position += channel.read(added);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> lines = new ArrayList<>(List.of((unfinished + UTF_8.decode(added.flip())).split("\n", -1)));
        unfinished = lines.remove(lines.size() - 1);
        return lines;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }
}
