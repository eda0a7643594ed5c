// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Real-time scheduling for a thread that does little and must not wait (sched(7)): {@code SCHED_RR} with the lowest of its priorities, ahead of all that has
 * none. Threads and programs that such a thread starts do not inherit it. Needs CAP_SYS_NICE, or an {@code RLIMIT_RTPRIO} of 1.
 */
public final class RealTime {
    private static final int PRIORITY = 1;

    private static final Path THREADS = Path.of("/proc/self/task");

    /** The thread of the JVM that collects garbage with the serial collector, while all threads wait for it. */
    private static final String VM_THREAD = "VM Thread";

    private RealTime() {}

    /**
     * Puts the calling thread ahead of others, and the JVM's own one for which it waits.
     *
     * @throws ErrnoException EPERM without the right to
     */
    public static void hasten() throws ErrnoException {
        schedule(0);
        for (int thread : threadsNamed(VM_THREAD)) {
            schedule(thread);
        }
    }

    /** Whether this process has the right to it: tried on a thread that ends at once. */
    public static boolean isAllowed() throws InterruptedException {
        AtomicBoolean allowed = new AtomicBoolean();
        Thread thread = new Thread(
                () -> {
                    try {
                        schedule(0);
                        allowed.set(true);
                    } catch (ErrnoException refused) {
                        // That is the answer.
                    }
                },
                "real-time");
        thread.start();
        thread.join();
        return allowed.get();
    }

    /** @param thread its id, or 0 for the calling thread */
    private static void schedule(int thread) throws ErrnoException {
        ByteBuffer parameters = ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
        parameters.putInt(0, PRIORITY);
        try {
            int policy = Libc.SCHED_RR | Libc.SCHED_RESET_ON_FORK;
            if (Libc.CALLS.sched_setscheduler(thread, policy, Libc.address(parameters)) < 0) {
                throw new ErrnoException("real-time scheduling", Libc.errno());
            }
        } finally {
            Reference.reachabilityFence(parameters);
        }
    }

    private static List<Integer> threadsNamed(String name) {
        try (Stream<Path> threads = Files.list(THREADS)) {
            return threads.filter(thread -> isNamed(thread, name))
                    .map(thread -> Integer.parseInt(thread.getFileName().toString()))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    private static boolean isNamed(Path thread, String name) {
        try {
            return Files.readString(thread.resolve("comm")).strip().equals(name);
        } catch (IOException e) {
            // It ended.
            return false;
        }
    }
}
