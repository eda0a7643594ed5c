// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import org.jspecify.annotations.Nullable;

/** What this node has to offer in the election, and what it may claim by it. */
final class Candidacy {
    private CarpSettings settings;
    private int demotion;
    private boolean preemptAllowed = true;

    Candidacy(CarpSettings settings) {
        this.settings = settings;
    }

    CarpSettings settings() {
        return settings;
    }

    ElectionRules rules() {
        return settings.rules();
    }

    void change(CarpSettings changed) {
        settings = changed;
    }

    /** Sets the demotion and tells whether it was another. */
    boolean demote(int total) {
        boolean changes = total != demotion;
        demotion = total;
        return changes;
    }

    /** Returns whether this changes anything. */
    boolean allowPreempt(boolean allow) {
        boolean changes = allow != preemptAllowed;
        preemptAllowed = allow;
        return changes;
    }

    /** What it advertises, demotion included. */
    Bid bid() {
        return rules().bid(demotion);
    }

    /** What it advertises as it leaves. */
    Bid bowOut() {
        return rules().bowOut(demotion);
    }

    long advertisementNanos() {
        return Math.max(bid().intervalMicros(), Interval.SHORTEST_MICROS) * Interval.NANOS_PER_MICRO;
    }

    Standing own() {
        return rules().standing(bid(), false);
    }

    Standing of(PeerAdvertisement remote) {
        return rules().standing(remote.bid(), remote.above());
    }

    /** Why this node should displace a living master, or null if it should not or may not. */
    @Nullable
    TransitionReason preemptionOf(Standing master) {
        if (!preemptAllowed) {
            return null;
        }
        if (settings.preempt() && own().isBetterThan(master)) {
            return rules().preemption();
        }
        return own().isLessDemotedThan(master) ? TransitionReason.PREEMPTING_DEMOTED_MASTER : null;
    }

    /**
     * Whether a master will time out for certain. One that this node would have to obey again is waited for instead, and one that it may not displace.
     */
    boolean isHopeless(Standing master, boolean bowOut) {
        return rules().isTooSlow(master) && (bowOut || (preemptAllowed && !own().yieldsTo(master)));
    }

    /**
     * How long after an advertisement of a master its next one may come at the latest, if it lives: a quarter of its interval late. A quarter of this
     * node's skew more lets the better one of two backups be first.
     */
    long nextDueNanos(Standing master) {
        return nextDueNanos(master.intervalMicros(), rules().skewMicros(master.intervalMicros()));
    }

    static long nextDueNanos(long masterMicros, long skewMicros) {
        long intervalMicros = Math.max(masterMicros, Interval.SHORTEST_MICROS);
        return (intervalMicros + intervalMicros / 4 + skewMicros / 4) * Interval.NANOS_PER_MICRO;
    }

    /** How long after a master has said that it leaves this node takes over, where the rules have it wait. */
    long successionNanos(Standing master) {
        return rules().skewMicros(master.intervalMicros()) * Interval.NANOS_PER_MICRO;
    }

    /** How long after this node has said that it leaves another one takes over at the latest: the skew is less than an interval. */
    long longestSuccessionNanos() {
        return rules().staggersSuccession() ? advertisementNanos() : 0;
    }

    /**
     * How long to wait for the master.
     *
     * @param master the one heard, or null when none was
     */
    long patienceNanos(@Nullable Standing master) {
        return rules().patienceNanos(master, own(), preemptAllowed);
    }
}
