// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import io.mirrorcarp.netio.NetworkNamespace;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs Java code inside a network namespace, each call on a daemon thread of its own that ends with it, so that no thread of the
 * caller's is ever in the wrong namespace. A socket stays in the namespace of the thread that opened it.
 */
final class NamespaceThread {
    private NamespaceThread() {}

    /** Starts a task inside the namespace. */
    static <T> FutureTask<T> start(String namespace, String threadName, Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(() -> NetworkNamespace.within(namespace, task));
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
}
