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
 * Real-time scheduling for threads that do little and must not wait (sched(7)): {@code SCHED_RR} with the lowest two of its priorities, ahead of all that has
 * none. Threads and programs that such a thread starts do not inherit it. Needs CAP_SYS_NICE, or an {@code RLIMIT_RTPRIO} of 2; with one of 1 all that {@link #hasten()} puts
 * ahead has the lowest.
 */
public final class RealTime {
    // Made once: memory is allocated under a lock that a thread may hold which waits for the processor.
    /** Ahead of {@link #FOLLOWING} too. */
    private static final ByteBuffer LEADING = parameters(2);

    private static final ByteBuffer FOLLOWING = parameters(1);
    private static final ByteBuffer ORDINARY = parameters(0);

    private static final int CALLING_THREAD = 0;

    private static final Path THREADS = Path.of("/proc/self/task");
    private static final Path THIS_THREAD = Path.of("/proc/thread-self");

    /** The thread of the JVM that collects garbage with the serial collector, while all threads wait for it. */
    private static final String VM_THREAD = "VM Thread";

    private RealTime() {}

    /**
     * Puts the calling thread ahead of others, and the JVM's own one for which it waits.
     *
     * @throws ErrnoException EPERM without the right to
     */
    public static void hasten() throws ErrnoException {
        hasten(CALLING_THREAD);
        for (int thread : threadsNamed(VM_THREAD)) {
            hasten(thread);
        }
    }

    /** Whether this process has the right to it: tried on a thread that ends at once. */
    public static boolean isAllowed() throws InterruptedException {
        AtomicBoolean allowed = new AtomicBoolean();
        Thread thread = new Thread(
                () -> {
                    try {
                        lead();
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

    /**
     * Puts the calling thread ahead of others, and of those that follow.
     *
     * @throws ErrnoException EPERM without the right to both priorities
     */
    static void lead() throws ErrnoException {
        schedule(CALLING_THREAD, Libc.SCHED_RR, LEADING);
    }

    /**
     * Puts a thread of this process ahead of others, but behind those that lead.
     *
     * @throws ErrnoException EPERM without the right to; ESRCH when it has ended
     */
    static void follow(int thread) throws ErrnoException {
        schedule(thread, Libc.SCHED_RR, FOLLOWING);
    }

    /**
     * Makes a thread of this process one like others.
     *
     * @throws ErrnoException ESRCH when it has ended
     */
    static void relent(int thread) throws ErrnoException {
        schedule(thread, Libc.SCHED_OTHER, ORDINARY);
    }

    /** The id of the calling thread, as the kernel has it in this process's PID namespace. */
    static int thisThread() {
        try {
            return Integer.parseInt(
                    Files.readSymbolicLink(THIS_THREAD).getFileName().toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void hasten(int thread) throws ErrnoException {
        try {
            schedule(thread, Libc.SCHED_RR, LEADING);
        } catch (ErrnoException noRightToBoth) {
            schedule(thread, Libc.SCHED_RR, FOLLOWING);
        }
    }

    private static void schedule(int thread, int policy, ByteBuffer parameters) throws ErrnoException {
        try {
            // Once it is set, only CAP_SYS_NICE may take the flag away.
            if (Libc.CALLS.sched_setscheduler(thread, policy | Libc.SCHED_RESET_ON_FORK, Libc.address(parameters))
                    < 0) {
                throw new ErrnoException("real-time scheduling", Libc.errno());
            }
        } finally {
            Reference.reachabilityFence(parameters);
        }
    }

    /** A {@code struct sched_param}. */
    private static ByteBuffer parameters(int priority) {
        return ByteBuffer.allocateDirect(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(0, priority);
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
