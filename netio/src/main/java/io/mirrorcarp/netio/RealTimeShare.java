// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

/**
 * Whether a thread may be ahead of others: while it leaves them the half of a processor, and has done so for a second. So what is compiled at a start, or forwards packets
 * during a bulk update, gets its turn. Pure.
 */
final class RealTimeShare {
    /** The time over which the share is measured: so long may a thread keep others from a processor. */
    static final long WINDOW_NANOS = 50_000_000;

    /** How long the share must have been small. */
    static final long CALM_NANOS = 1_000_000_000;

    private static final int MOST_PERCENT = 50;
    private static final int PERCENT = 100;

    private boolean begun;
    private long windowNanos;
    private long windowBusyNanos;
    private long busyNanos;
    private boolean ahead;

    /** Whether it is time to {@link #look}: to be asked often. */
    boolean isDue(long nowNanos) {
        return !begun || nowNanos - windowNanos >= WINDOW_NANOS;
    }

    /**
     * Judges what was since the last look.
     *
     * @param nowNanos on a clock that never goes back
     * @param usedNanos the processor time that the thread has used up to now
     * @return whether the thread may be ahead from now on
     */
    boolean look(long nowNanos, long usedNanos) {
        boolean much = (usedNanos - windowBusyNanos) * PERCENT > (nowNanos - windowNanos) * MOST_PERCENT;
        if (!begun || much) {
            busyNanos = nowNanos;
        }
        begun = true;
        ahead = nowNanos - busyNanos >= CALM_NANOS;
        windowNanos = nowNanos;
        windowBusyNanos = usedNanos;
        return ahead;
    }

    /** What the last look said. */
    boolean isAhead() {
        return ahead;
    }
}
