// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.hold;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * How many conversations succeeded at the first try, and how long those took.
 *
 * @param tried how many were tried
 * @param nanos of those that succeeded, in order of length
 */
record Attempts(int tried, List<Long> nanos) {
    /** Tries a conversation so often, one after the other. It gives the nanoseconds that it took, or a number below 0 where it failed. */
    static Attempts of(int times, Callable<Long> conversation) throws Exception {
        List<Long> nanos = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            long one = conversation.call();
            if (one >= 0) {
                nanos.add(one);
            }
        }
        Collections.sort(nanos);
        return new Attempts(times, nanos);
    }

    int succeeded() {
        return nanos.size();
    }

    /** In milliseconds, of those that succeeded. */
    double percentile(double percent) {
        int place = (int) Math.ceil(percent / 100 * nanos.size()) - 1;
        return nanos.isEmpty() ? Double.NaN : nanos.get(Math.max(0, place)) / 1e6;
    }

    @Override
    public String toString() {
        return succeeded() == 0
                ? "0 of " + tried
                : String.format(
                        Locale.ROOT,
                        "%d of %d, p50 %.2f ms, p99 %.2f ms",
                        succeeded(),
                        tried,
                        percentile(50),
                        percentile(99));
    }
}
