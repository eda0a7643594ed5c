// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.util.random.RandomGenerator;

/**
 * What follows when two masters of equal interval hear each other and both give way. With equal master-down times they
 * would rise and fall together for ever, as two FreeBSD nodes do. So this node draws lots.
 *
 * <p>First it waits for more than one interval: a peer that did not give way, because it did not hear this node or follows
 * other rules, is heard by then. A further contest before any master was heard means that nobody stayed, so the lot
 * alone decides. Advertisements that were under way when this node gave way say nothing about who stays, and are passed over.
 */
final class EqualContest {
    private final RandomGenerator random;
    private int rounds;
    private long underWayUntilNanos;

    EqualContest(RandomGenerator random) {
        this.random = random;
    }

    /** How long to wait, from now, before becoming master again. */
    long waitNanos(long nowNanos, long intervalNanos) {
        rounds++;
        underWayUntilNanos = nowNanos + intervalNanos / 4;
        return rounds == 1
                ? intervalNanos + random.nextLong(intervalNanos / 4, intervalNanos)
                : random.nextLong(intervalNanos / 2);
    }

    /** Whether an advertisement that arrives now may have been sent before its sender gave way. */
    boolean mayBeUnderWay(long nowNanos) {
        return rounds > 0 && nowNanos < underWayUntilNanos;
    }

    /** Some master stayed. */
    void settled() {
        rounds = 0;
    }
}
