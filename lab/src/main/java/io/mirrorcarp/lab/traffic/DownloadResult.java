// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.traffic;

import org.jspecify.annotations.Nullable;

/**
 * How a download ended. Times are of {@link System#nanoTime}.
 *
 * @param plan what was to come
 * @param bytes what came
 * @param sha256 the digest of what came, in hexadecimal
 * @param digestEqual whether everything came and nothing else
 * @param startNanos when the connection stood
 * @param endNanos when it ended or was given up
 * @param longestGap the longest time in which nothing came
 * @param arrivals when it came
 * @param error why the connection died, null when it came to its end
 */
public record DownloadResult(
        DownloadPlan plan,
        long bytes,
        String sha256,
        boolean digestEqual,
        long startNanos,
        long endNanos,
        Arrivals.Gap longestGap,
        Arrivals arrivals,
        @Nullable String error) {

    /** True when every byte came. */
    public boolean complete() {
        return error == null && digestEqual;
    }
}
