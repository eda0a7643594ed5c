// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

/**
 * How many frames of strangers are opened: {@value #PER_SECOND} a second, {@value #BURST} at once. To open one costs some microseconds, also where it turns out to be forged; what
 * peers in session send, and lives that showed that they have a key, is not counted.
 */
public final class StrangerLimit {
    static final int PER_SECOND = 5_000;
    static final int BURST = 1_000;

    private static final long NANOS_EACH = 1_000_000_000 / PER_SECOND;
    private static final long BURST_NANOS = BURST * NANOS_EACH;

    /** Up to when what was opened is paid for. */
    private long paidNanos;

    private boolean begun;

    /** Whether one more may be opened now; it counts then. */
    public boolean admits(long nowNanos) {
        if (!begun || nowNanos - paidNanos > BURST_NANOS) {
            begun = true;
            paidNanos = nowNanos - BURST_NANOS;
        }
        if (nowNanos - paidNanos < NANOS_EACH) {
            return false;
        }
        paidNanos += NANOS_EACH;
        return true;
    }
}
