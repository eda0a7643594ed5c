// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/**
 * All that an election compares. The lower cost is the better one; a demotion, where it is honoured, counts before it, as on OpenBSD.
 *
 * @param intervalMicros the time between advertisements, as advertised
 * @param cost with CARP the interval in microseconds, with VRRP what the priority lacks to 255
 * @param demotion the demote byte as advertised; 0 for both sides where it is not honoured, which leaves FreeBSD's rules, and with VRRP
 * @param unfitness 0 to 255: advskew as advertised, or what the priority lacks to 255
 * @param winsTie whether one that is equal gives way to it
 */
public record Standing(long intervalMicros, long cost, int demotion, int unfitness, boolean winsTie) {
    /** With CARP: equal nodes give way to one another, which no system mistakes. */
    static Standing ofInterval(long intervalMicros, int advskew, int demotion) {
        return new Standing(intervalMicros, intervalMicros, demotion, advskew, true);
    }

    /** With VRRP. */
    static Standing ofPriority(long intervalMicros, int unfitness, boolean winsTie) {
        return new Standing(intervalMicros, unfitness, 0, unfitness, winsTie);
    }

    /** The time between its advertisements, which is never shorter than the shortest one. */
    long intervalNanos() {
        return Math.max(intervalMicros, Interval.SHORTEST_MICROS) * Interval.NANOS_PER_MICRO;
    }

    /** As master: whether to give way. */
    boolean yieldsTo(Standing remote) {
        return remote.demotion < demotion
                || (remote.demotion == demotion && (remote.cost < cost || (remote.cost == cost && remote.winsTie)));
    }

    /** As backup with preempt: whether the remote master is worse. */
    boolean isBetterThan(Standing remote) {
        return remote.cost > cost && remote.demotion >= demotion;
    }

    /** As backup, preempt or not: whether the remote master is more demoted. */
    boolean isLessDemotedThan(Standing remote) {
        return remote.demotion > demotion;
    }

    /** Whether it says so, or is so unfit as a demotion makes a node, with which one without the demote byte says it. */
    boolean mayBeDemoted() {
        return demotion != 0 || unfitness >= DemotionMode.DEMOTED_SKEW;
    }

    /** Whether a remote that knows no demotion gives way to this node too. */
    boolean makesYield(Standing remote) {
        return remote.cost > cost || (remote.cost == cost && winsTie);
    }
}
