// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold;

/**
 * How many packets of each source waited for nothing lately. Those whose state came count the other way, up to {@value #MOST_CREDIT}, so that a busy server is no stray because replication
 * stood still once. Sources that share a place share its budget; there are {@value #PLACES}.
 */
final class SourceBudget {
    /** How many packets of a source may wait within the time. The rest of them go on at once. */
    static final int MOST = 64;

    static final int MOST_CREDIT = 1_024;
    private static final int PLACES = 1 << 12;

    private final long windowNanos;
    private final long[] sinceNanos = new long[PLACES];
    private final int[] spent = new int[PLACES];

    SourceBudget(long windowNanos) {
        this.windowNanos = windowNanos;
    }

    boolean isSpent(long source, long nowNanos) {
        int place = place(source);
        return spent[place] >= MOST && nowNanos - sinceNanos[place] < windowNanos;
    }

    void spend(long source, long nowNanos) {
        int place = place(source);
        if (nowNanos - sinceNanos[place] >= windowNanos) {
            sinceNanos[place] = nowNanos;
            spent[place] = Math.min(spent[place], 0);
        }
        spent[place]++;
    }

    void earn(long source) {
        int place = place(source);
        spent[place] = Math.max(spent[place] - 1, -MOST_CREDIT);
    }

    private static int place(long source) {
        return (int) source & (PLACES - 1);
    }
}
