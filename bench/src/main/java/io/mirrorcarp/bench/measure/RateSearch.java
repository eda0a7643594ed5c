// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Looks for the highest rate that a system holds: upwards in steps of a fifth until one is not held, then by halves between the last one that was
 * held and the first that was not.
 */
final class RateSearch {
    private static final double STEP = 1.2;
    private static final int HALVINGS = 3;
    private static final int ROUND = 100;

    /**
     * One rate that was tried.
     *
     * @param asked flows a second
     * @param reached that the load came to: less, where the systems leave it no time
     * @param missing flows that the receiver did not have in the end
     * @param losses what the system itself counts as lost
     */
    record Trial(int asked, double reached, int missing, Map<String, Long> losses) {
        /** The least part of the asked rate that counts as reached. */
        private static final double ENOUGH = 0.97;

        boolean held() {
            return missing == 0 && reached >= ENOUGH * asked;
        }
    }

    private final IntFunction<Trial> attempt;
    private final List<Trial> trials = new ArrayList<>();

    /** @param attempt tries a rate */
    RateSearch(IntFunction<Trial> attempt) {
        this.attempt = attempt;
    }

    /** The highest rate that was held; 0 when not even the first one was. */
    int highest(int first, int limit) {
        int held = 0;
        int failed = 0;
        for (int rate = first; failed == 0 && rate <= limit; rate = rounded(rate * STEP)) {
            if (tryRate(rate)) {
                held = rate;
            } else {
                failed = rate;
            }
        }
        for (int i = 0; i < HALVINGS && failed - held > 2 * ROUND; i++) {
            int rate = rounded((held + failed) / 2.0);
            if (tryRate(rate)) {
                held = rate;
            } else {
                failed = rate;
            }
        }
        return held;
    }

    private boolean tryRate(int rate) {
        Trial trial = attempt.apply(rate);
        trials.add(trial);
        return trial.held();
    }

    private static int rounded(double rate) {
        return (int) Math.round(rate / ROUND) * ROUND;
    }

    /** What was tried, in order. */
    List<Trial> trials() {
        return List.copyOf(trials);
    }
}
