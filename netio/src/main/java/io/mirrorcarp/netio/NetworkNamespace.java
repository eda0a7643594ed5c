// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.nio.file.Path;
import java.util.concurrent.Callable;

/**
 * The calling thread within a named network namespace, until it is closed on the same thread. Sockets that the thread opens meanwhile
 * live in the namespace for ever, whichever thread uses them; {@code /proc/sys/net} is the namespace's for as long. Other threads are
 * not touched. Needs CAP_SYS_ADMIN.
 */
public final class NetworkNamespace implements AutoCloseable {

    private static final Path DIRECTORY = Path.of("/run/netns");

    private final Thread thread;
    private final Descriptor previous;

    private NetworkNamespace(Descriptor previous) {
        this.thread = Thread.currentThread();
        this.previous = previous;
    }

    /** Moves the calling thread into the namespace that {@code ip netns add NAME} made. */
    public static NetworkNamespace enter(String name) throws ErrnoException {
        Descriptor previous = Descriptor.file("/proc/thread-self/ns/net");
        try (Descriptor target = Descriptor.file(DIRECTORY.resolve(name).toString())) {
            setNamespace(target, "enter network namespace " + name);
        } catch (ErrnoException e) {
            previous.close();
            throw e;
        }
        return new NetworkNamespace(previous);
    }

    /** Does something on the calling thread within a namespace: opens sockets, mostly. */
    public static <T> T within(String name, Callable<T> action) throws Exception {
        NetworkNamespace namespace = enter(name);
        try {
            return action.call();
        } finally {
            namespace.close();
        }
    }

    private static void setNamespace(Descriptor namespace, String what) throws ErrnoException {
        if (Libc.CALLS.setns(namespace.fd(), Libc.CLONE_NEWNET) < 0) {
            throw new ErrnoException(what, Libc.errno());
        }
    }

    /** Moves the thread back to where it was. */
    @Override
    public void close() throws ErrnoException {
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException("a network namespace is left on the thread that entered it");
        }
        if (previous.isOpen()) {
            try (previous) {
                setNamespace(previous, "leave the network namespace");
            }
        }
    }
}
