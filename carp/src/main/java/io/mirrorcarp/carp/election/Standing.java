// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/**
 * All that an election compares: how often a node advertises, and how demoted it says it is. The shorter interval is the
 * better one; a demotion, where it is honoured, counts before it, as on OpenBSD.
 *
 * @param intervalMicros advbase and advskew as advertised
 * @param demotion the demote byte as advertised; 0 for both sides where it is not honoured, which leaves FreeBSD's rules
 */
record Standing(long intervalMicros, int demotion) {
    /** As master: whether to give way. Equal nodes both do, which no system mistakes. */
    boolean yieldsTo(Standing remote) {
        return remote.demotion < demotion || (remote.demotion == demotion && remote.intervalMicros <= intervalMicros);
    }

    /** As backup with preempt: whether the remote master is slower. */
    boolean isFasterThan(Standing remote) {
        return remote.intervalMicros > intervalMicros && remote.demotion >= demotion;
    }

    /** As backup, preempt or not: whether the remote master is more demoted. */
    boolean isLessDemotedThan(Standing remote) {
        return remote.demotion > demotion;
    }

    /** Whether it says so, or has the advskew of at least 240 with which a node without the demote byte says it. */
    boolean mayBeDemoted() {
        return demotion != 0
                || intervalMicros % Interval.MICROS_PER_SECOND >= Interval.skewMicros(DemotionMode.DEMOTED_SKEW);
    }

    /** Whether a remote that only compares intervals gives way to this node too. */
    boolean makesYield(Standing remote) {
        return remote.intervalMicros >= intervalMicros;
    }
}
