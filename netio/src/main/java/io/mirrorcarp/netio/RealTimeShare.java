// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

/**
 * Whether a thread may be ahead of others: while it works, and leaves them the half of a processor. It is looked at every few milliseconds while it is ahead, so that
 * others wait no longer than that, whatever it does; and rarely while it is not, so that an idle node sleeps. Pure.
 */
final class RealTimeShare {
    /** Over this time the share is measured. */
    static final long WINDOW_NANOS = 250_000_000;

    /** From one look to the next while the thread is ahead. */
    static final long LOOK_NANOS = 5_000_000;

    private static final int MOST_PERCENT = 50;
    private static final int LEAST_PERCENT = 1;
    /** Of the time between two looks: a thread that never sleeps. */
    private static final int ALL_PERCENT = 90;

    private static final int PERCENT = 100;

    private boolean begun;
    private long windowNanos;
    private long windowUsedNanos;
    private long lookNanos;
    private long lookUsedNanos;
    private boolean ahead;

    /**
     * Judges what was since the last look.
     *
     * @param nowNanos on a clock that never goes back
     * @param usedNanos the processor time that the thread has used up to now
     * @return whether the thread may be ahead until the next look
     */
    boolean look(long nowNanos, long usedNanos) {
        if (!begun) {
            begun = true;
            beginWindow(nowNanos, usedNanos);
        } else if (ahead && isAbove(ALL_PERCENT, usedNanos - lookUsedNanos, nowNanos - lookNanos)) {
            ahead = false;
            beginWindow(nowNanos, usedNanos);
        } else if (nowNanos - windowNanos >= WINDOW_NANOS) {
            long used = usedNanos - windowUsedNanos;
            long passed = nowNanos - windowNanos;
            ahead = isAbove(LEAST_PERCENT, used, passed) && !isAbove(MOST_PERCENT, used, passed);
            beginWindow(nowNanos, usedNanos);
        }
        lookNanos = nowNanos;
        lookUsedNanos = usedNanos;
        return ahead;
    }

    /** From a look to the next one. */
    long pauseNanos() {
        return ahead ? LOOK_NANOS : WINDOW_NANOS;
    }

    private void beginWindow(long nowNanos, long usedNanos) {
        windowNanos = nowNanos;
        windowUsedNanos = usedNanos;
    }

    private static boolean isAbove(int percent, long usedNanos, long passedNanos) {
        return usedNanos * PERCENT > passedNanos * percent;
    }
}
