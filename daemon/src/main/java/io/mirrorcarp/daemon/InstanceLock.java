// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second daemon with the same control socket from starting: it would take the first one's addresses for those of a dead one. Held to the end of
 * the process.
 */
final class InstanceLock implements AutoCloseable {
    /** Another daemon has the lock. */
    static final class Held extends IOException {
        private static final long serialVersionUID = 1L;

        private Held(Path socket) {
            super("another carpd runs with the socket " + socket
                    + ": stop it first, or give this one another admin.socket");
        }
    }

    private final FileLock lock;

    private InstanceLock(FileLock lock) {
        this.lock = lock;
    }

    /**
     * Takes the lock beside the socket.
     *
     * @throws Held where another daemon has it
     * @throws IOException where no file can be made there
     */
    static InstanceLock take(Path socket) throws IOException {
        Path file = Path.of(socket + ".lock");
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new Held(socket);
        }
        return new InstanceLock(lock);
    }

    /** Lets another daemon start. */
    @Override
    public void close() {
        try {
            lock.acquiredBy().close();
        } catch (IOException ignored) {
            // The end of the process does the same.
        }
    }
}
