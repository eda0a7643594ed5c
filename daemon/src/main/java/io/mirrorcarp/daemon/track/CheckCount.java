// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track;

/**
 * Counts the results of a check: it fails after so many failures in a row, and succeeds again after so many successes in a row, the last failure being long enough
 * past. It begins as one that succeeds. Not thread-safe.
 */
final class CheckCount {
    private final int fall;
    private final int rise;
    private final long holdDownNanos;
    private boolean failed;
    private int inARow;
    private long lastFailureNanos;

    /**
     * Makes a count.
     *
     * @param fall failures in a row, 1 or more
     * @param rise successes in a row, 1 or more
     * @param holdDownNanos how long the last failure must be past before it succeeds again
     */
    CheckCount(int fall, int rise, long holdDownNanos) {
        this.fall = fall;
        this.rise = rise;
        this.holdDownNanos = holdDownNanos;
    }

    /** Counts a result; whether the check counts as failed changed by it. */
    boolean onResult(boolean success, long nowNanos) {
        if (!success) {
            lastFailureNanos = nowNanos;
        }
        inARow = success == failed ? inARow + 1 : 0;
        boolean held = failed && nowNanos - lastFailureNanos < holdDownNanos;
        if (inARow < (failed ? rise : fall) || held) {
            return false;
        }
        failed = !failed;
        inARow = 0;
        return true;
    }

    boolean isFailed() {
        return failed;
    }
}
