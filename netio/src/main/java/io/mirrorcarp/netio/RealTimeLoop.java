// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Keeps the thread of a loop ahead of all threads without real-time priority, and behind those of {@link RealTime#hasten()}, for as long as it leaves the half of a processor to
 * others. It stays as it is without the right to that. For one thread.
 */
public final class RealTimeLoop {
    private static final int TIMESPEC_BYTES = 16;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final RealTimeShare share = new RealTimeShare();
    private final ByteBuffer time = ByteBuffer.allocateDirect(TIMESPEC_BYTES).order(ByteOrder.nativeOrder());
    private boolean refused;

    /** A turn of the loop begins, on its thread. */
    public void onTurn(long nowNanos) {
        if (!refused && share.isDue(nowNanos)) {
            boolean before = share.isAhead();
            boolean ahead = share.look(nowNanos, usedNanos());
            if (ahead != before) {
                change(ahead);
            }
        }
    }

    private void change(boolean ahead) {
        try {
            if (ahead) {
                RealTime.follow();
            } else {
                RealTime.relent();
            }
        } catch (ErrnoException e) {
            refused = true;
        }
    }

    /** The processor time of the calling thread. */
    private long usedNanos() {
        try {
            if (Libc.CALLS.clock_gettime(Libc.CLOCK_THREAD_CPUTIME_ID, Libc.address(time)) < 0) {
                throw new IllegalStateException(new ErrnoException("clock_gettime", Libc.errno()));
            }
            return time.getLong(0) * NANOS_PER_SECOND + time.getLong(Long.BYTES);
        } finally {
            Reference.reachabilityFence(time);
        }
    }
}
