// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/**
 * Another master beside this one, authentic or not, which neighbours and switches may have believed. When it falls silent, this one announces its addresses again. Not thread-safe.
 */
final class RivalWatch {
    private static final long SHORTEST_NANOS = 50_000_000;
    private static final long LONGEST_NANOS = 3_000_000_000L;

    private long goneAtNanos = CarpInstance.NEVER;
    private long beganAtNanos;

    /** It was heard, and says that it advertises at this interval. Returns whether it was not there before. */
    boolean onHeard(long intervalMicros, long nowNanos) {
        long intervalNanos = intervalMicros * Interval.NANOS_PER_MICRO;
        long waitNanos = Math.max(SHORTEST_NANOS, Math.min(LONGEST_NANOS, intervalNanos + intervalNanos / 4));
        boolean begins = goneAtNanos == CarpInstance.NEVER;
        beganAtNanos = begins ? nowNanos : beganAtNanos;
        goneAtNanos = nowNanos + waitNanos;
        return begins;
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

    /** How long it has been there, or was. */
    long lastedNanos(long nowNanos) {
        return nowNanos - beganAtNanos;
    }

    /** Whether it is there. */
    boolean isThere() {
        return goneAtNanos != CarpInstance.NEVER;
    }

    void end() {
        goneAtNanos = CarpInstance.NEVER;
    }

    long nextDeadlineNanos() {
        return goneAtNanos;
    }
}
