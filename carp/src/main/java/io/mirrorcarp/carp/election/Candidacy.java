// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import org.jspecify.annotations.Nullable;

/** What this node has to offer in the election, and what it may claim by it. */
final class Candidacy {
    private static final Standing DEMOTED_WITHOUT_ADVBASE =
            new Standing(Interval.skewMicros(DemotionMode.DEMOTED_SKEW), 0);

    private CarpSettings settings;
    private int demotion;
    private boolean preemptAllowed = true;

    Candidacy(CarpSettings settings) {
        this.settings = settings;
    }

    CarpSettings settings() {
        return settings;
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

    int advertisedSkew() {
        return settings.advertisedSkew(demotion);
    }

    int advertisedDemote() {
        return settings.advertisedDemote(demotion);
    }

    long advertisementNanos() {
        return Interval.nanos(settings.advbase(), advertisedSkew());
    }

    Standing own() {
        return settings.standing(demotion);
    }

    Standing of(PeerAdvertisement remote) {
        return settings.standing(remote);
    }

    /** Why this node should displace a living master, or null if it should not or may not. */
    @Nullable
    TransitionReason preemptionOf(Standing master) {
        if (!preemptAllowed) {
            return null;
        }
        if (settings.preempt() && own().isFasterThan(master)) {
            return TransitionReason.PREEMPTING_SLOWER_MASTER;
        }
        return own().isLessDemotedThan(master) ? TransitionReason.PREEMPTING_DEMOTED_MASTER : null;
    }

    /**
     * Whether a master will time out for certain. One that this node would have to obey again is waited for instead, and one that it may not displace.
     */
    boolean isHopeless(Standing master, boolean bowOut) {
        boolean tooSlow = master.intervalMicros() > settings.hopelessMicros();
        return tooSlow && (bowOut || (preemptAllowed && !own().yieldsTo(master)));
    }

    private long patienceWithoutAdvbase(Standing master) {
        long intervalMicros = Math.max(master.intervalMicros(), Interval.SHORTEST_MICROS);
        return 2 * intervalMicros * Interval.NANOS_PER_MICRO + Interval.nanos(0, settings.advskew());
    }

    /**
     * How long after an advertisement of a master its next one may come at the latest, if it lives: a quarter of its interval late. A quarter of this
     * node's advskew more lets the better one of two backups be first.
     */
    long nextDueNanos(Standing master) {
        long intervalMicros = Math.max(master.intervalMicros(), Interval.SHORTEST_MICROS);
        return (intervalMicros + intervalMicros / 4 + Interval.skewMicros(settings.advskew()) / 4)
                * Interval.NANOS_PER_MICRO;
    }

    /**
     * How long to wait for the master: the master-down time, or three intervals of one that this node would have to obey
     * again, or may not displace, and that is so slow that the master-down time would hardly see its next advertisement. Such a master is better
     * by its demotion alone, or as demoted as this node, with advbase 0.
     *
     * <p>With advbase 0, three of the master's intervals and the difference to this node's: what FreeBSD's formula comes to with an advbase.
     *
     * <p>With advbase 0 a node that is demoted, or may not displace a master, and has heard nobody yet first waits for the next advertisement of a master that is demoted as well. Such a one advertises
     * every 0.94 s, far more seldom than this node's master-down time, and may have all the states that this node does not have.
     *
     * @param master the one heard, or null when none was
     */
    long patienceNanos(@Nullable Standing master) {
        long downNanos = settings.masterDownNanos();
        if (master == null && settings.advbase() == 0 && (own().mayBeDemoted() || !preemptAllowed)) {
            return nextDueNanos(DEMOTED_WITHOUT_ADVBASE) + downNanos;
        }
        if (master == null || (preemptAllowed && !own().yieldsTo(master))) {
            return downNanos;
        }
        long threeIntervals = 3 * master.intervalMicros() * Interval.NANOS_PER_MICRO;
        if (threeIntervals > 2 * downNanos) {
            return threeIntervals;
        }
        return settings.advbase() == 0 ? Math.min(downNanos, patienceWithoutAdvbase(master)) : downNanos;
    }
}
