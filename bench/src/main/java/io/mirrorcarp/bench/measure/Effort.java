// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import java.time.Duration;
import java.util.Locale;

/**
 * How much time measurements take.
 *
 * @param quick whether figures are only to be looked at, not to be told
 * @param warmUpSeconds of load before a measurement, for every system: a JVM compiles meanwhile
 * @param seconds of load that is measured
 * @param gap between two packets of a handshake
 * @param repetitions in a round, of what happens once at a time, such as a failover
 */
public record Effort(boolean quick, int warmUpSeconds, int seconds, int repetitions, Duration gap, boolean brief) {
    /** Far more than a system waits for what else it may send: a flow is told of in as many parts as it has packets. */
    private static final Duration GAP = Duration.ofMillis(10);

    /** For figures. */
    public static final Effort FULL = new Effort(false, 12, 10, 3, GAP, false);

    /** To see whether it works. */
    public static final Effort QUICK = new Effort(true, 5, 5, 2, GAP, false);

    /** The same with another gap. */
    public Effort withGap(Duration value) {
        return new Effort(quick, warmUpSeconds, seconds, repetitions, value, brief);
    }

    /** The same without what only completes the picture. */
    public Effort inBrief() {
        return new Effort(quick, warmUpSeconds, seconds, repetitions, gap, true);
    }

    /** The load in words, for a note. */
    String gapWords() {
        return String.format(Locale.ROOT, "%s ms between the packets of a handshake", gap.toNanos() / 1e6);
    }

    /** Flows that a load opens while it warms up and is measured, and some more. */
    int flowsAt(int flowsPerSecond) {
        return (warmUpSeconds + seconds + 5) * flowsPerSecond;
    }

    /** One number or a smaller one. */
    public int choose(int full, int whenQuick) {
        return quick ? whenQuick : full;
    }
}
