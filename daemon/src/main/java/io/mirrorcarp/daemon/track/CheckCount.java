// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track;

/**
 * Counts the results of a check: it fails after so many failures in a row, and succeeds again after so many successes in a row. It begins as one that
 * succeeds. Not thread-safe.
 */
final class CheckCount {
    private final int fall;
    private final int rise;
    private boolean failed;
    private int inARow;

    /**
     * Makes a count.
     *
     * @param fall failures in a row, 1 or more
     * @param rise successes in a row, 1 or more
     */
    CheckCount(int fall, int rise) {
        this.fall = fall;
        this.rise = rise;
    }

    /** Counts a result; whether the check counts as failed changed by it. */
    boolean onResult(boolean success) {
        inARow = success == failed ? inARow + 1 : 0;
        if (inARow < (failed ? rise : fall)) {
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
