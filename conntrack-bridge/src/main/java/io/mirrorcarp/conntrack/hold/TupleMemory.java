// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold;

/** Tuples that are remembered for a while, by their hashes. Of two that share a place the later one is known. */
final class TupleMemory {
    private final long[] tuples;
    private final long[] untilNanos;
    private final int[] uses;
    private final int mask;

    /** @param places a power of two */
    TupleMemory(int places) {
        tuples = new long[places];
        untilNanos = new long[places];
        uses = new int[places];
        mask = places - 1;
    }

    void remember(long tuple, long until) {
        int place = place(tuple);
        tuples[place] = tuple;
        untilNanos[place] = until;
        uses[place] = 0;
    }

    void forget(long tuple) {
        int place = place(tuple);
        if (tuples[place] == tuple) {
            tuples[place] = 0;
            untilNanos[place] = 0;
        }
    }

    boolean has(long tuple, long nowNanos) {
        int place = place(tuple);
        return tuples[place] == tuple && untilNanos[place] - nowNanos > 0 && untilNanos[place] != 0;
    }

    /** Whether it is remembered and was used less often than so; that counts as a use. */
    boolean use(long tuple, int most, long nowNanos) {
        int place = place(tuple);
        boolean useful = has(tuple, nowNanos) && uses[place] < most;
        if (useful) {
            uses[place]++;
        }
        return useful;
    }

    private int place(long tuple) {
        return (int) tuple & mask;
    }
}
