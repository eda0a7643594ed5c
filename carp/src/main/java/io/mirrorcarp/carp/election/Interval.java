// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/** The time between advertisements, in whole microseconds as the BSDs compute it. */
final class Interval {
    static final long MICROS_PER_SECOND = 1_000_000;
    static final long NANOS_PER_MICRO = 1_000;

    private static final int SKEW_PER_SECOND = 256;
    /** What advbase 0 with advskew 0 comes to: 1/256 s. */
    static final long SHORTEST_MICROS = skewMicros(1);

    private Interval() {}

    /** advbase + advskew/256 s, the fraction cut to a microsecond; 0 for 0 and 0. This is what elections compare. */
    static long micros(int advbase, int advskew) {
        return advbase * MICROS_PER_SECOND + skewMicros(advskew);
    }

    /** The time to wait between advertisements. */
    static long nanos(int advbase, int advskew) {
        return Math.max(micros(advbase, advskew), SHORTEST_MICROS) * NANOS_PER_MICRO;
    }

    static long skewMicros(int advskew) {
        return advskew * MICROS_PER_SECOND / SKEW_PER_SECOND;
    }
}
