// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack;

/**
 * Whether so many TCP connections open that peers are told of each when its handshake is done, and not before. It halves the work of both ends, and
 * a SYN flood is not told packet by packet. It is not so below {@value #HIGH_PER_SECOND} a second, where the work is small: then a failover in the
 * middle of a handshake costs the client no repetition. Pure.
 */
public final class OpeningRate {
    /** The rate is high from this many connections a second on. */
    public static final int HIGH_PER_SECOND = 7_500;

    /** A high rate ends below this many. */
    static final int LOW_PER_SECOND = 6_000;

    /** How long the rate must have been low. A SYN flood shows only while half-open connections are told, so it gets through once in this time, for two measurements. */
    static final long LOW_NANOS = 30_000_000_000L;

    /** The shortest time over which the rate is measured. It is high after two such times: what a reader that stood still catches up with is over by then. */
    static final long WINDOW_NANOS = 250_000_000;

    private static final double NANOS_PER_SECOND = 1e9;

    private boolean begun;
    private long windowNanos;
    private long highNanos;
    private int count;
    /** The rate was high in the last window. */
    private boolean rising;

    private boolean high;

    /** A connection opens: the first that is told of it. */
    public void onOpening() {
        count++;
    }

    /** Whether the rate is high, now that everything up to {@code nowNanos} was counted. */
    public boolean isHigh(long nowNanos) {
        if (!begun) {
            begun = true;
            windowNanos = nowNanos;
        }
        long elapsedNanos = nowNanos - windowNanos;
        if (elapsedNanos >= WINDOW_NANOS) {
            judge(count * NANOS_PER_SECOND / elapsedNanos, nowNanos);
            windowNanos = nowNanos;
            count = 0;
        }
        return high;
    }

    private void judge(double perSecond, long nowNanos) {
        boolean much = perSecond >= (high ? LOW_PER_SECOND : HIGH_PER_SECOND);
        boolean again = much && (rising || high);
        rising = much;
        if (again) {
            high = true;
            highNanos = nowNanos;
        } else if (nowNanos - highNanos >= LOW_NANOS) {
            high = false;
        }
    }
}
