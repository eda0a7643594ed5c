// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

/**
 * How many advertisements a second are verified whose counter nobody expects: each costs some HMACs, and whoever is on the segment can send as many as he likes. Those that a known peer may send next
 * are not counted. Not thread-safe.
 */
public final class VerificationBudget {
    static final int PER_SECOND = 500;
    static final int BURST = 100;
    private static final long NANOS_EACH = 1_000_000_000L / PER_SECOND;

    private boolean begun;
    private long fullAtNanos;

    /** Takes one, where there is one. */
    boolean take(long nowNanos) {
        if (!begun || nowNanos - fullAtNanos > 0) {
            begun = true;
            fullAtNanos = nowNanos;
        }
        if (fullAtNanos - nowNanos > (BURST - 1) * NANOS_EACH) {
            return false;
        }
        fullAtNanos += NANOS_EACH;
        return true;
    }
}
