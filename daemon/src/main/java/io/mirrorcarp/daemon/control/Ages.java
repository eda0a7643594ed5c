// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import java.util.Locale;

/** Ages and time spans as people read them. */
final class Ages {
    private Ages() {}

    /** The two largest units: {@code 0.3s}, {@code 41s}, {@code 3m 20s}, {@code 2h 5m}, {@code 12d 4h}. */
    static String text(double seconds) {
        if (seconds < 9.95) {
            return String.format(Locale.ROOT, "%.1fs", Math.max(0, seconds));
        }
        long whole = Math.round(seconds);
        if (whole < 60) {
            return whole + "s";
        }
        if (whole < 3600) {
            return two(whole, 60, "m", 1, "s");
        }
        return whole < 86_400 ? two(whole, 3600, "h", 60, "m") : two(whole, 86_400, "d", 3600, "h");
    }

    private static String two(long seconds, int large, String largeUnit, int small, String smallUnit) {
        long rest = seconds % large / small;
        return seconds / large + largeUnit + (rest == 0 ? "" : " " + rest + smallUnit);
    }
}
