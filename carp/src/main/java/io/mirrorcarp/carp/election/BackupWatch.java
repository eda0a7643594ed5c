// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a backup waits for. Its answers are the reason to become master, or null for none yet.
 *
 * <p>One timer watches the master: an advertisement of either family proves that it lives. The BSDs keep one timer for
 * each family and take over when either runs out, so that a switch which loses IPv6 multicast alone makes a backup
 * seize the addresses and drop them again, every three seconds.
 */
final class BackupWatch {
    private static final long NEVER = CarpInstance.NEVER;
    private static final long LONG_AGO = Long.MIN_VALUE;
    private static final int QUARTERS_AT_MOST = 13;

    private final Candidacy candidacy;
    private final Takeover takeover;
    private final EqualContest contest;
    private @Nullable Standing heard;
    private long heardAtNanos;
    /** Since when the master is waited for. */
    private long watchedAtNanos;
    /** Whether the master said that it leaves. */
    private boolean left;

    private long masterDownAtNanos = NEVER;
    private boolean shortened;
    /** Whether the master may be dead, so that only its next advertisement is waited for. */
    private boolean doubted;
    /** Whether a lot says when the wait ends, after two masters gave way to one another. */
    private boolean drawn;

    private long preemptAtNanos = NEVER;
    private long heldOffUntilNanos = LONG_AGO;
    private boolean held;
    /** Whether another virtual host of the group has yet to hear its master. */
    private boolean gathering;

    BackupWatch(Candidacy candidacy, Takeover takeover, RandomGenerator random) {
        this.candidacy = candidacy;
        this.takeover = takeover;
        this.contest = new EqualContest(random);
    }

    void begin(long nowNanos) {
        heard = null;
        watch(nowNanos);
    }

    /** Begins once more: what was decided is decided no longer. */
    void beginAnew(long nowNanos) {
        takeover.cancel();
        begin(nowNanos);
    }

    /** Begins after giving way to another master. */
    void beginAfter(Standing master, long masterForNanos, long nowNanos) {
        heard = master;
        heardAtNanos = nowNanos;
        watch(nowNanos);
        Standing own = candidacy.own();
        if (own.makesYield(master)) {
            masterDownAtNanos = nowNanos + contest.waitNanos(nowNanos, own, master, masterForNanos);
            drawn = true;
        }
    }

    void end() {
        masterDownAtNanos = NEVER;
        preemptAtNanos = NEVER;
        takeover.cancel();
    }

    /** No promotion before that time, but by hand. */
    void holdOff(long untilNanos) {
        heldOffUntilNanos = untilNanos;
    }

    /** No promotion while this is so, but by hand. */
    void hold(boolean nowHeld) {
        held = nowHeld;
    }

    /** No preemption while this is so: the group could not move together. */
    void gather(boolean nowGathering) {
        gathering = nowGathering;
    }

    /** Whether it is known who the master is, or that it leaves. */
    boolean hasHeard() {
        return heard != null || left;
    }

    void endHoldOff() {
        heldOffUntilNanos = LONG_AGO;
    }

    /** The end of the hold-off, or a time long ago. */
    long heldOffUntilNanos() {
        return heldOffUntilNanos;
    }

    /**
     * A peer fell silent on another path: three quarters of an interval less are waited for, once in each wait. Of three
     * advertisements one may then still be lost, and the next may come late by a quarter of the interval. No less where
     * {@link #doubt} has left but the one that is due next.
     */
    void shorten(long nowNanos) {
        if (masterDownAtNanos != NEVER && !shortened && !doubted) {
            shortened = true;
            long lessNanos = candidacy.rules().baseNanos() / 4 * 3;
            waitUntil(masterDownAtNanos - lessNanos, nowNanos);
        }
    }

    /** The master may have died just now: only the advertisement that is due next is waited for. */
    void doubt(long nowNanos) {
        if (heard != null && masterDownAtNanos != NEVER) {
            waitUntil(heardAtNanos + candidacy.nextDueNanos(heard), nowNanos);
        }
    }

    /**
     * When the master will have been silent for so many eighths of its interval. {@link CarpInstance#NEVER} where none is waited for, for less than usual, or for more than {@link #QUARTERS_AT_MOST}: the
     * administrator wants this node to be patient then.
     */
    long silentAtNanos(int eighths) {
        if (heard == null || masterDownAtNanos == NEVER || doubted || drawn) {
            return NEVER;
        }
        long intervalNanos = heard.intervalNanos();
        boolean isPatient = masterDownAtNanos - heardAtNanos > QUARTERS_AT_MOST * intervalNanos / 4;
        return isPatient ? NEVER : heardAtNanos + eighths * intervalNanos / 8;
    }

    private void waitUntil(long untilNanos, long nowNanos) {
        masterDownAtNanos = Math.min(masterDownAtNanos, Math.max(nowNanos, untilNanos));
        doubted = true;
    }

    /** Waits anew for the master, as settings changed. */
    void watch(long nowNanos) {
        shortened = false;
        doubted = false;
        drawn = false;
        left = false;
        watchedAtNanos = nowNanos;
        masterDownAtNanos = nowNanos + candidacy.patienceNanos(heard);
    }

    /** Whether the advertisement may have been sent before its sender gave way to this node, and so means nothing. */
    boolean isUnderWay(PeerAdvertisement advertisement, long nowNanos) {
        return contest.mayBeUnderWay(nowNanos)
                && !candidacy.isHopeless(candidacy.of(advertisement), advertisement.isBowOut());
    }

    @Nullable
    TransitionReason hear(PeerAdvertisement advertisement, long nowNanos) {
        Standing master = candidacy.of(advertisement);
        left = advertisement.isBowOut();
        heard = left ? null : master;
        heardAtNanos = nowNanos;
        TransitionReason preemption = candidacy.preemptionOf(master);
        if (candidacy.isHopeless(master, advertisement.isBowOut())) {
            return unlessHeldOff(preemption == null ? TransitionReason.MASTER_WILL_TIME_OUT : preemption, nowNanos);
        }
        if (left && candidacy.rules().staggersSuccession()) {
            succeed(master, nowNanos);
            return null;
        }
        watch(nowNanos);
        if (preemption == null) {
            acceptMaster();
            return null;
        }
        return preempt(preemption, nowNanos);
    }

    /** The master leaves, and the best of its backups is to be the first. */
    private void succeed(Standing master, long nowNanos) {
        preemptAtNanos = NEVER;
        if (masterDownAtNanos != NEVER) {
            masterDownAtNanos = Math.min(masterDownAtNanos, nowNanos + candidacy.successionNanos(master));
        }
    }

    /** The master leaves: nothing more is to be heard of it. */
    @Nullable
    TransitionReason resigned(long nowNanos) {
        heard = null;
        left = true;
        return unlessHeldOff(TransitionReason.MASTER_RESIGNED, nowNanos);
    }

    private void acceptMaster() {
        contest.settled();
        preemptAtNanos = NEVER;
        if (takeover.reason() != TransitionReason.USER_REQUEST) {
            takeover.cancel();
        }
    }

    private @Nullable TransitionReason preempt(TransitionReason why, long nowNanos) {
        return gathering ? null : preemptNow(why, nowNanos);
    }

    private @Nullable TransitionReason preemptNow(TransitionReason why, long nowNanos) {
        long setNanos = candidacy.settings().takeover().preemptDelayNanos();
        long delayNanos = setNanos + contest.lotNanos(candidacy.advertisementNanos(), setNanos);
        if (takeover.isOpen() || delayNanos == 0) {
            return unlessHeldOff(why, nowNanos);
        }
        if (preemptAtNanos == NEVER) {
            preemptAtNanos = nowNanos + delayNanos;
        }
        return null;
    }

    /** During the hold-off a master that is gone is noted, so that the promotion comes at its end. */
    private @Nullable TransitionReason unlessHeldOff(TransitionReason why, long nowNanos) {
        if (!held && nowNanos >= heldOffUntilNanos) {
            return why;
        }
        masterDownAtNanos = isVoluntary(why) ? masterDownAtNanos : nowNanos;
        return null;
    }

    /**
     * The demotion, the settings or the permission changed. A preemption that they no longer justify is dropped. One that they justify does not wait for the next
     * advertisement, so that a node takes all its virtual hosts together. But a master that may be demoted is heard first: what ended here may have ended there too.
     */
    @Nullable
    TransitionReason review(long nowNanos) {
        if (heard != null && !drawn) {
            long waitNanos = doubted ? candidacy.nextDueNanos(heard) : candidacy.patienceNanos(heard);
            waitLonger(heardAtNanos + waitNanos, nowNanos);
        } else if (heard == null && !left && !doubted) {
            waitLonger(watchedAtNanos + candidacy.patienceNanos(null), nowNanos);
        }
        TransitionReason preemption = heard == null ? null : candidacy.preemptionOf(heard);
        if (heard == null || preemption == null) {
            preemptAtNanos = NEVER;
            cancelIfVoluntary();
            return null;
        }
        boolean isPresent = nowNanos < heardAtNanos + candidacy.nextDueNanos(heard);
        return isPresent && !heard.mayBeDemoted() ? preempt(preemption, nowNanos) : null;
    }

    /** Another virtual host displaces its master: this one does so too, where its own deserves it as far as is known. */
    @Nullable
    TransitionReason join(long nowNanos) {
        if (heard == null || takeover.isOpen() || nowNanos >= heardAtNanos + candidacy.nextDueNanos(heard)) {
            return null;
        }
        TransitionReason preemption = candidacy.preemptionOf(heard);
        return preemption == null ? null : preemptNow(preemption, nowNanos);
    }

    /** A slow master that could be displaced until now is waited for from now on, also where its end was decided already. */
    private void waitLonger(long untilNanos, long nowNanos) {
        TransitionReason pending = takeover.reason();
        boolean timedOut =
                pending == TransitionReason.MASTER_TIMED_OUT || pending == TransitionReason.MASTER_WILL_TIME_OUT;
        if (timedOut && nowNanos < untilNanos) {
            takeover.cancel();
            masterDownAtNanos = untilNanos;
        } else if (masterDownAtNanos != NEVER) {
            masterDownAtNanos = Math.max(masterDownAtNanos, untilNanos);
        }
    }

    @Nullable
    TransitionReason onDeadline(long nowNanos) {
        if (nowNanos >= masterDownAtNanos) {
            boolean succeeds = left && candidacy.rules().staggersSuccession();
            return unlessHeldOff(
                    succeeds ? TransitionReason.MASTER_RESIGNED : TransitionReason.MASTER_TIMED_OUT, nowNanos);
        }
        if (nowNanos < preemptAtNanos) {
            return null;
        }
        preemptAtNanos = NEVER;
        TransitionReason preemption = heard == null ? null : candidacy.preemptionOf(heard);
        return preemption == null ? null : unlessHeldOff(preemption, nowNanos);
    }

    /** The promotion is decided and waits for the states: a master that is gone need not be watched. */
    void decided(TransitionReason why) {
        preemptAtNanos = NEVER;
        masterDownAtNanos = isVoluntary(why) ? masterDownAtNanos : NEVER;
    }

    /** Whether a living master would be displaced. One that said that it leaves is none, although it is a slow one by its word. */
    boolean isVoluntary(TransitionReason why) {
        return why.isVoluntary() && !left;
    }

    private void cancelIfVoluntary() {
        TransitionReason pending = takeover.reason();
        if (pending != null && isVoluntary(pending)) {
            takeover.cancel();
        }
    }

    long nextDeadlineNanos() {
        return held ? NEVER : Math.max(Math.min(masterDownAtNanos, preemptAtNanos), heldOffUntilNanos);
    }
}
