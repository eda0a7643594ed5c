// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/**
 * Another master beside this one, authentic or not, which neighbours and switches may have believed. When it falls silent, this one announces its addresses again. Not thread-safe.
 */
final class RivalWatch {
    private static final long SHORTEST_NANOS = 50_000_000;
    private static final long LONGEST_NANOS = 3_000_000_000L;

    private long goneAtNanos = CarpInstance.NEVER;

    /** It was heard, and says that it advertises at this interval. */
    void onHeard(long intervalMicros, long nowNanos) {
        long intervalNanos = intervalMicros * Interval.NANOS_PER_MICRO;
        long waitNanos = Math.max(SHORTEST_NANOS, Math.min(LONGEST_NANOS, intervalNanos + intervalNanos / 4));
        goneAtNanos = nowNanos + waitNanos;
    }

    /** It said that it leaves: true when it had been heard before. */
    boolean onLeft() {
        boolean was = goneAtNanos != CarpInstance.NEVER;
        goneAtNanos = CarpInstance.NEVER;
        return was;
    }

    /** Whether it has just been found silent. */
    boolean onDeadline(long nowNanos) {
        return nowNanos >= goneAtNanos && onLeft();
    }

    void end() {
        goneAtNanos = CarpInstance.NEVER;
    }

    long nextDeadlineNanos() {
        return goneAtNanos;
    }
}
