// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

/** The last {@value #REMEMBERED} counters of one kind. Not thread-safe. */
final class CounterRing {
    /** Sixteen intervals of both families. */
    static final int REMEMBERED = 32;

    private final long[] counters = new long[REMEMBERED];
    private int count;

    void add(long counter) {
        counters[count % REMEMBERED] = counter;
        count++;
    }

    boolean contains(long counter) {
        for (int i = 0; i < Math.min(count, REMEMBERED); i++) {
            if (counters[i] == counter) {
                return true;
            }
        }
        return false;
    }

    /** Whether it follows one of them by less than a gap, as the counter of a FreeBSD does that goes on from it. */
    boolean isContinuedBy(long counter) {
        for (int i = 0; i < Math.min(count, REMEMBERED); i++) {
            if (Long.compareUnsigned(counter - counters[i] - 1, SeenCounters.GAP) < 0) {
                return true;
            }
        }
        return false;
    }
}
