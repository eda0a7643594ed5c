// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.util.random.RandomGenerator;

/**
 * What follows when two masters hear each other and both give way, as two of equal interval do. With equal master-down
 * times they would rise and fall together for ever, as two FreeBSD nodes do. So this node draws lots.
 *
 * <p>First it waits for more than one interval: a peer that did not give way, because it did not hear this node or follows
 * other rules, is heard by then. If the promotion after that wait meets another one at once, then nobody had stayed, and the
 * lot alone decides. Advertisements that were under way when this node gave way say nothing about who stays, and are passed over.
 */
final class EqualContest {
    /** The part of an interval within which two events count as one. */
    private static final int AT_ONCE = 4;

    private final RandomGenerator random;
    private int rounds;
    private long underWayUntilNanos;

    EqualContest(RandomGenerator random) {
        this.random = random;
    }

    /**
     * How long to wait, from now, before becoming master again.
     *
     * @param masterForNanos how long this node had been master
     */
    long waitNanos(long nowNanos, Standing own, Standing remote, long masterForNanos) {
        long intervalNanos = Math.max(remote.intervalMicros(), Interval.SHORTEST_MICROS) * Interval.NANOS_PER_MICRO;
        long atOnceNanos = intervalNanos / AT_ONCE;
        underWayUntilNanos = nowNanos + atOnceNanos;
        rounds = own.equals(remote) && masterForNanos < atOnceNanos ? rounds + 1 : 1;
        return rounds == 1
                ? intervalNanos + random.nextLong(atOnceNanos, intervalNanos)
                : random.nextLong(intervalNanos / 2);
    }

    /**
     * How much longer to wait before a preemption. Nodes that contended once would preempt together again, and so would
     * those that waited for the same delay.
     */
    long lotNanos(long intervalNanos, long preemptDelayNanos) {
        return rounds == 0 && preemptDelayNanos == 0 ? 0 : random.nextLong(intervalNanos / 2);
    }

    /** Whether an advertisement that arrives now may have been sent before its sender gave way. */
    boolean mayBeUnderWay(long nowNanos) {
        return rounds > 0 && nowNanos < underWayUntilNanos;
    }

    /** Some master stayed, who is not to be displaced. */
    void settled() {
        rounds = 0;
    }
}
