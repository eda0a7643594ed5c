// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track.kind;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A file must be there, or must not: the switch of a program that knows more of the node than carpd does. It is not opened, so it may be a directory, a socket or a FIFO. A symbolic
 * link that leads nowhere is not there.
 */
final class FileCheck implements Check {
    private final Path file;
    private final boolean expected;
    /** A look that the file system has not answered yet: none other is begun meanwhile. */
    private @Nullable CompletableFuture<Boolean> waiting;

    FileCheck(Path file, boolean expected) {
        this.file = file;
        this.expected = expected;
    }

    @Override
    public String failure(Duration timeout) throws InterruptedException {
        CompletableFuture<Boolean> look = waiting == null ? begin() : waiting;
        try {
            boolean there = look.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            waiting = null;
            return there == expected ? "" : file + (there ? " is there" : " is not there");
        } catch (TimeoutException e) {
            waiting = look;
            return "the file system of " + file + " does not answer in " + timeout.toMillis() + " ms";
        } catch (ExecutionException e) {
            waiting = null;
            return file + ": " + e.getCause();
        }
    }

    /** On a thread of its own: the server of a network file system may never answer, and nothing interrupts that. */
    private CompletableFuture<Boolean> begin() {
        CompletableFuture<Boolean> look = new CompletableFuture<>();
        Thread thread = new Thread(() -> look.complete(Files.exists(file)), "check " + file);
        thread.setDaemon(true);
        thread.start();
        return look;
    }
}
