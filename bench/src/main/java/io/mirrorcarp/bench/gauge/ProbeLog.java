// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.gauge;

import java.util.Arrays;
import java.util.BitSet;

/** Numbered probes: when each was sent, and whether it was answered. Any thread may ask. */
public final class ProbeLog {
    private long[] sentNanos = new long[4096];
    private int count;
    private final BitSet answered = new BitSet();

    /** Notes a probe that is sent now; its number. */
    public synchronized int ask(long nowNanos) {
        if (count == sentNanos.length) {
            sentNanos = Arrays.copyOf(sentNanos, 2 * count);
        }
        sentNanos[count] = nowNanos;
        return count++;
    }

    /** Notes the answer to a probe. A number that was never given is passed over. */
    public synchronized void answered(int number) {
        if (number >= 0 && number < count) {
            answered.set(number);
        }
    }

    /** Whether the latest probes, as many as given, were answered. The very last one may be under way, and does not count. */
    public synchronized boolean steadyFor(int probes, int underWay) {
        int end = count - underWay;
        int start = end - probes;
        return start >= 0 && answered.nextClearBit(start) >= end;
    }

    /**
     * The longest time without an answered probe: between two that were answered in succession.
     *
     * @param sinceNanos what was sent before does not count
     * @return nanoseconds; 0 when fewer than two were answered
     */
    public synchronized long longestGapNanos(long sinceNanos) {
        long longest = 0;
        int before = -1;
        for (int i = answered.nextSetBit(0); i >= 0; i = answered.nextSetBit(i + 1)) {
            if (sentNanos[i] - sinceNanos >= 0) {
                if (before >= 0) {
                    longest = Math.max(longest, sentNanos[i] - sentNanos[before]);
                }
                before = i;
            }
        }
        return longest;
    }
}
