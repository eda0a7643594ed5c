// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.locks.LockSupport;

/**
 * Puts a thread ahead of all that have no real-time priority, and behind those of {@link RealTime#hasten()}, for as long as {@link RealTimeShare} allows. A thread of its own
 * looks on, since the other one may not come to look at itself: the JVM replaces code under a lock, and a thread that calls that code meanwhile asks for it again and again until the replacement is done. With
 * a real-time priority it would keep the processor from the thread that it waits for (HotSpot, {@code SharedRuntime::handle_wrong_method}).
 */
public final class RealTimeWatch implements AutoCloseable {
    /** The clock that tells the processor time of a thread (linux/posix-timers.h: the thread's id, inverted, before these bits). */
    private static final int THREAD_CLOCK = 6;

    private static final int THREAD_CLOCK_BITS = 3;
    private static final int TIMESPEC_BYTES = 16;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final int watched;
    private final RealTimeShare share = new RealTimeShare();
    private final ByteBuffer time = ByteBuffer.allocateDirect(TIMESPEC_BYTES).order(ByteOrder.nativeOrder());
    private final Thread thread = new Thread(this::run, "real-time-watch");
    private volatile boolean closed;

    private RealTimeWatch(int watched) {
        this.watched = watched;
        thread.setDaemon(true);
    }

    /** Watches the calling thread until it is closed. Without the right to real-time priority the thread stays as it is. */
    public static RealTimeWatch ofThisThread() {
        RealTimeWatch watch = new RealTimeWatch(RealTime.thisThread());
        watch.thread.start();
        return watch;
    }

    private void run() {
        try {
            RealTime.lead();
            // Whatever the first call loads is loaded before it matters.
            RealTime.relent(watched);
            boolean ahead = false;
            while (!closed) {
                long nowNanos = System.nanoTime();
                boolean may = share.look(nowNanos, usedNanos());
                if (may != ahead) {
                    ahead = may;
                    change(ahead);
                }
                LockSupport.parkNanos(share.pauseNanos());
            }
            RealTime.relent(watched);
        } catch (ErrnoException e) {
            // Without the right the thread stays as it is, and a thread that has ended needs none.
            closed = true;
        }
    }

    private void change(boolean ahead) throws ErrnoException {
        if (ahead) {
            RealTime.follow(watched);
        } else {
            RealTime.relent(watched);
        }
    }

    private long usedNanos() throws ErrnoException {
        try {
            if (Libc.CALLS.clock_gettime(~watched << THREAD_CLOCK_BITS | THREAD_CLOCK, Libc.address(time)) < 0) {
                throw new ErrnoException("processor time of a thread", Libc.errno());
            }
            return time.getLong(0) * NANOS_PER_SECOND + time.getLong(Long.BYTES);
        } finally {
            Reference.reachabilityFence(time);
        }
    }

    /** The thread is one like others from now on, or a moment later. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
