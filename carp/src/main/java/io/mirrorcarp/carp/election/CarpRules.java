// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * CARP's rules, those of the BSDs' ip_carp.c.
 *
 * @param advbase 0 to 255 s; every node of a vhid should have the same
 * @param advskew 0 to 254 in 1/256 s; the lowest is the preferred master
 * @param peers what has to suit the other systems
 */
public record CarpRules(int advbase, int advskew, PeerRules peers) implements ElectionRules {
    private static final long DEMOTED_MICROS = Interval.skewMicros(DemotionMode.DEMOTED_SKEW);

    public CarpRules {
        CarpSettings.require("advbase", advbase, 0, 255);
        CarpSettings.require("advskew", advskew, 0, 254);
    }

    public CarpRules withAdvbase(int changed) {
        return new CarpRules(changed, advskew, peers);
    }

    public CarpRules withAdvskew(int changed) {
        return new CarpRules(advbase, changed, peers);
    }

    public CarpRules withPeers(PeerRules changed) {
        return new CarpRules(advbase, advskew, changed);
    }

    @Override
    public Protocol protocol() {
        return Protocol.CARP;
    }

    @Override
    public CarpBid bid(int demotion) {
        DemotionMode mode = peers.demotionMode();
        return new CarpBid(advbase, mode.advskew(advskew, demotion), mode.demoteByte(demotion));
    }

    @Override
    public CarpBid bowOut(int demotion) {
        return new CarpBid(
                CarpAdvertisement.BOW_OUT,
                CarpAdvertisement.BOW_OUT,
                peers.demotionMode().demoteByte(demotion));
    }

    @Override
    public Standing standing(Bid bid, boolean above) {
        if (!(bid instanceof CarpBid carp)) {
            throw new IllegalArgumentException("not of CARP: " + bid);
        }
        return Standing.ofInterval(carp.intervalMicros(), carp.advskew(), peers.honourDemoteByte() ? carp.demote() : 0);
    }

    @Override
    public long masterDownNanos() {
        return peers.downTimer().nanos(advbase, advskew);
    }

    /**
     * The master-down time, or three intervals of one that this node would have to obey
     * again, or may not displace, and that is so slow that the master-down time would hardly see its next advertisement. Such a master is better
     * by its demotion alone, or as demoted as this node, with advbase 0.
     *
     * <p>With advbase 0, three of the master's intervals and the difference to this node's: what FreeBSD's formula comes to with an advbase.
     *
     * <p>With advbase 0 a node that is demoted, or may not displace a master, and has heard nobody yet first waits for the next advertisement of a master that is demoted as well. Such a one advertises
     * every 0.94 s, far more seldom than this node's master-down time, and may have all the states that this node does not have.
     */
    @Override
    public long patienceNanos(@Nullable Standing master, Standing own, boolean mayPreempt) {
        long downNanos = masterDownNanos();
        if (master == null && advbase == 0 && (own.mayBeDemoted() || !mayPreempt)) {
            return Candidacy.nextDueNanos(DEMOTED_MICROS, skewMicros(DEMOTED_MICROS)) + downNanos;
        }
        if (master == null || (mayPreempt && !own.yieldsTo(master))) {
            return downNanos;
        }
        long threeIntervals = 3 * master.intervalMicros() * Interval.NANOS_PER_MICRO;
        if (threeIntervals > 2 * downNanos) {
            return threeIntervals;
        }
        return advbase == 0 ? Math.min(downNanos, patienceWithoutAdvbase(master)) : downNanos;
    }

    private long patienceWithoutAdvbase(Standing master) {
        return 2 * master.intervalNanos() + Interval.nanos(0, advskew);
    }

    /** The limit is the same with every formula of the master-down time. */
    @Override
    public boolean isTooSlow(Standing master) {
        return master.intervalMicros() > DownTimer.FREEBSD.micros(advbase, advskew);
    }

    @Override
    public long skewMicros(long intervalMicros) {
        return Interval.skewMicros(advskew);
    }

    @Override
    public boolean isBelowSeconds() {
        return advbase == 0;
    }

    @Override
    public long baseNanos() {
        return Interval.nanos(advbase, 0);
    }

    @Override
    public TransitionReason preemption() {
        return TransitionReason.PREEMPTING_SLOWER_MASTER;
    }

    @Override
    public TransitionReason yielding() {
        return TransitionReason.MORE_FREQUENT_ADVERTISEMENT;
    }

    @Override
    public boolean staggersSuccession() {
        return false;
    }

    @Override
    public boolean answersRivals() {
        return false;
    }
}
