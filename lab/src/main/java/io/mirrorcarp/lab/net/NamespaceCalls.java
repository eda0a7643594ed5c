// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.Runtime;

/**
 * Runs Java code inside a network namespace. setns(2) with CLONE_NEWNET moves only the calling thread, so each call gets a
 * thread of its own, which ends with it. A socket stays in the namespace of the thread that opened it.
 */
final class NamespaceCalls {
    private static final int O_RDONLY = 0;
    private static final int CLONE_NEWNET = 0x40000000;
    private static final LibC LIBC =
            LibraryLoader.loadLibrary(LibC.class, java.util.Map.of(LibraryOption.SaveError, true), "c");

    private NamespaceCalls() {}

    /** The functions of the C library that are needed. */
    public interface LibC {
        /** open(2). */
        int open(String path, int flags);

        /** setns(2). */
        int setns(int descriptor, int type);

        /** close(2). */
        int close(int descriptor);
    }

    /** Starts a daemon thread that enters the namespace behind {@code path} and then runs the task. */
    static <T> FutureTask<T> start(Path path, String threadName, Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(() -> {
            enter(path);
            return task.call();
        });
        Thread thread = new Thread(future, threadName);
        thread.setDaemon(true);
        thread.start();
        return future;
    }

    /** Waits for a task; its unchecked exceptions come out as they are, others within a {@link LabException}. */
    static <T> T join(FutureTask<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new LabException(String.valueOf(e.getCause()), e.getCause());
        }
    }

    private static void enter(Path path) throws IOException {
        int descriptor = LIBC.open(path.toString(), O_RDONLY);
        if (descriptor < 0) {
            throw new IOException("cannot open " + path + ": errno " + lastError());
        }
        try {
            if (LIBC.setns(descriptor, CLONE_NEWNET) != 0) {
                throw new IOException("cannot enter " + path + ": errno " + lastError());
            }
        } finally {
            LIBC.close(descriptor);
        }
    }

    private static int lastError() {
        return Runtime.getRuntime(LIBC).getLastError();
    }
}
