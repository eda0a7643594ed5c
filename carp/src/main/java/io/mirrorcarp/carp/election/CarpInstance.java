// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The election of one virtual host on one node: the rules of the BSDs' ip_carp.c as a machine that is told the time and what
 * happened.
 *
 * <p>Each input gives the actions to perform, in order. {@link #nextDeadlineNanos} says when {@link #onDeadline} wants to be
 * called; it may change with every input. {@code nowNanos} is a monotonic time from any origin. Not thread-safe.
 *
 * <p>One timer watches the master: an advertisement of either family proves that it lives. The BSDs keep one timer for
 * each family and take over when either runs out, so that a switch which loses IPv6 multicast alone makes a backup
 * seize the addresses and drop them again, every three seconds.
 */
public final class CarpInstance {
    /** The deadline that never comes. */
    public static final long NEVER = Long.MAX_VALUE;

    /** A bow-out is not repeated by a timer: it is all that is left to say. */
    private static final int BOW_OUT_REPEATS = 3;

    private final List<CarpAction> actions = new ArrayList<>();
    private final Announcements announcements = new Announcements();
    private final Takeover takeover = new Takeover();
    private final PeerTable peers = new PeerTable();
    private final EqualContest contest;
    private CarpSettings settings;

    private CarpState state = CarpState.INIT;
    private TransitionReason reason = TransitionReason.NOT_STARTED;
    private long sinceNanos;
    private final InstanceCounts counts = new InstanceCounts();

    private boolean started;
    private boolean enabled = true;
    private boolean linkUp = true;
    private boolean allowed = true;

    private int demotion;
    private boolean preemptAllowed = true;
    private @Nullable Standing heard;
    private long advertiseAtNanos = NEVER;
    private long masterDownAtNanos = NEVER;
    private long preemptAtNanos = NEVER;
    private long heldOffUntilNanos = Long.MIN_VALUE;

    /** @param random draws the lots after a contest of equals */
    public CarpInstance(CarpSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.contest = new EqualContest(random);
    }

    // Inputs from the node.

    /** Starts, and restarts after {@link #onShutdown}. */
    public List<CarpAction> onStart(long nowNanos) {
        started = true;
        long holdOff = settings.takeover().startHoldOffNanos();
        heldOffUntilNanos = holdOff == 0 ? Long.MIN_VALUE : nowNanos + holdOff;
        return settle(TransitionReason.INITIALIZATION_COMPLETE, nowNanos);
    }

    /** Stops; a master bows out. */
    public List<CarpAction> onShutdown(long nowNanos) {
        started = false;
        return settle(TransitionReason.SHUTDOWN, nowNanos);
    }

    /** Turns the virtual host off by hand; a master bows out. */
    public List<CarpAction> onDisable(long nowNanos) {
        enabled = false;
        return settle(TransitionReason.USER_REQUEST, nowNanos);
    }

    public List<CarpAction> onEnable(long nowNanos) {
        enabled = true;
        return settle(TransitionReason.USER_REQUEST, nowNanos);
    }

    /** The carpdev got or lost its link. The demotion that goes with it is {@link Demotion}'s. */
    public List<CarpAction> onLink(boolean up, long nowNanos) {
        linkUp = up;
        return settle(up ? TransitionReason.INTERFACE_UP : TransitionReason.INTERFACE_DOWN, nowNanos);
    }

    /** net.inet.carp.allow. */
    public List<CarpAction> onAllow(boolean allow, long nowNanos) {
        allowed = allow;
        return settle(allow ? TransitionReason.ALLOWED : TransitionReason.NOT_ALLOWED, nowNanos);
    }

    /** Sets the node's demotion, all sources together; a master tells it at once. */
    public List<CarpAction> onDemotion(int total, long nowNanos) {
        if (total != demotion) {
            demotion = total;
            applyChange(nowNanos);
        }
        return taken();
    }

    /**
     * Whether this node may displace a living master: not while suppress_preempt is above zero, nor while it does not
     * know that it has the peer's states. A master that falls silent is replaced regardless.
     */
    public List<CarpAction> onPreemptAllowed(boolean allow, long nowNanos) {
        preemptAllowed = allow;
        reviewPreemption();
        return taken();
    }

    /** The services are ready: the hold-off of the start is over. */
    public List<CarpAction> onServicesReady(long nowNanos) {
        heldOffUntilNanos = Long.MIN_VALUE;
        return onDeadline(nowNanos);
    }

    /** New settings for the same vhid. A role is kept; its times start anew. */
    public List<CarpAction> onSettings(CarpSettings changed, long nowNanos) {
        if (changed.vhid() != settings.vhid()) {
            throw new IllegalArgumentException("vhid cannot change: " + settings.vhid() + ", " + changed.vhid());
        }
        settings = changed;
        if (state == CarpState.BACKUP) {
            watchMaster(nowNanos);
        }
        applyChange(nowNanos);
        return settle(
                changed.families().isEmpty() ? TransitionReason.ADDRESSES_REMOVED : TransitionReason.ADDRESSES_ADDED,
                nowNanos);
    }

    /**
     * Makes the node master or backup by hand. The rules go on from there, so a better master takes it back at once.
     * Without effect while INIT.
     */
    public List<CarpAction> onForcedState(CarpState wanted, long nowNanos) {
        if (state == CarpState.BACKUP && wanted == CarpState.MASTER) {
            heldOffUntilNanos = Long.MIN_VALUE;
            promote(TransitionReason.USER_REQUEST, nowNanos);
        } else if (state == CarpState.MASTER && wanted == CarpState.BACKUP) {
            bowOut();
            stepDown(TransitionReason.USER_REQUEST, nowNanos);
        } else {
            counts.ignored();
        }
        return taken();
    }

    /** The answer to {@link CarpAction.RequestStates}; one to a cancelled request has no effect. */
    public List<CarpAction> onStatesReady(int request, long nowNanos) {
        if (takeover.answers(request)) {
            becomeMaster(Objects.requireNonNull(takeover.reason()), nowNanos);
        } else {
            counts.ignored();
        }
        return taken();
    }

    // Inputs from the wire and the clock.

    /** An authentic advertisement of this vhid by another node. */
    public List<CarpAction> onAdvertisement(PeerAdvertisement advertisement, long nowNanos) {
        peers.heard(advertisement, nowNanos);
        switch (state) {
            case INIT -> counts.ignored();
            case BACKUP -> hearAsBackup(advertisement, nowNanos);
            case MASTER -> hearAsMaster(advertisement, nowNanos);
        }
        return taken();
    }

    /** The time has come, or passed. Calling it early has no effect. */
    public List<CarpAction> onDeadline(long nowNanos) {
        switch (state) {
            case INIT -> {}
            case BACKUP -> backupDeadline(nowNanos);
            case MASTER -> {
                if (nowNanos >= advertiseAtNanos) {
                    advertise(nowNanos);
                }
                announceIfDue(nowNanos);
            }
        }
        return taken();
    }

    /** When {@link #onDeadline} is next wanted, or {@link #NEVER}. */
    public long nextDeadlineNanos() {
        return switch (state) {
            case INIT -> NEVER;
            case BACKUP ->
                Math.min(
                        takeover.limitNanos(),
                        Math.max(Math.min(masterDownAtNanos, preemptAtNanos), heldOffUntilNanos));
            case MASTER -> Math.min(advertiseAtNanos, announcements.dueNanos());
        };
    }

    // The rules.

    private void hearAsMaster(PeerAdvertisement advertisement, long nowNanos) {
        Standing own = settings.standing(demotion);
        Standing remote = settings.standing(advertisement);
        if (advertisement.isBowOut()) {
            return;
        }
        if (own.yieldsTo(remote)) {
            long masterForNanos = nowNanos - sinceNanos;
            stepDown(TransitionReason.MORE_FREQUENT_ADVERTISEMENT, nowNanos);
            heard = remote;
            if (own.makesYield(remote)) {
                masterDownAtNanos = nowNanos + contest.waitNanos(nowNanos, own, remote, masterForNanos);
            }
        } else if (nowNanos - sinceNanos >= advertisementNanos()) {
            counts.dualMaster();
            announcements.beginUnlessRunning(nowNanos);
            announceIfDue(nowNanos);
        }
    }

    private void hearAsBackup(PeerAdvertisement advertisement, long nowNanos) {
        Standing remote = settings.standing(advertisement);
        boolean hopeless = isHopeless(remote, advertisement.isBowOut());
        if (!hopeless && contest.mayBeUnderWay(nowNanos)) {
            counts.ignored();
            return;
        }
        heard = remote;
        TransitionReason preemption = preemptionOf(remote);
        if (hopeless) {
            promote(preemption == null ? TransitionReason.MASTER_WILL_TIME_OUT : preemption, nowNanos);
            return;
        }
        watchMaster(nowNanos);
        if (preemption == null) {
            acceptMaster();
        } else {
            preempt(preemption, nowNanos);
        }
    }

    /** Whether the master will time out for certain. One that this node would have to obey again is waited for instead. */
    private boolean isHopeless(Standing remote, boolean bowOut) {
        boolean tooSlow = remote.intervalMicros() > settings.hopelessMicros(demotion);
        return tooSlow && (bowOut || !settings.standing(demotion).yieldsTo(remote));
    }

    private void acceptMaster() {
        contest.settled();
        preemptAtNanos = NEVER;
        if (takeover.reason() != TransitionReason.USER_REQUEST) {
            takeover.cancel();
        }
    }

    private void preempt(TransitionReason why, long nowNanos) {
        long setNanos = settings.takeover().preemptDelayNanos();
        long delayNanos = setNanos + contest.lotNanos(advertisementNanos(), setNanos);
        if (takeover.isOpen() || delayNanos == 0) {
            promote(why, nowNanos);
        } else if (preemptAtNanos == NEVER) {
            preemptAtNanos = nowNanos + delayNanos;
        }
    }

    /** Why this node should displace the remote master, or null if it should or may not. */
    private @Nullable TransitionReason preemptionOf(Standing remote) {
        Standing own = settings.standing(demotion);
        if (!preemptAllowed) {
            return null;
        }
        if (settings.preempt() && own.isFasterThan(remote)) {
            return TransitionReason.PREEMPTING_SLOWER_MASTER;
        }
        return own.isLessDemotedThan(remote) ? TransitionReason.PREEMPTING_DEMOTED_MASTER : null;
    }

    private void backupDeadline(long nowNanos) {
        if (nowNanos >= takeover.limitNanos()) {
            becomeMaster(Objects.requireNonNull(takeover.reason()), nowNanos);
        } else if (nowNanos >= masterDownAtNanos) {
            promote(TransitionReason.MASTER_TIMED_OUT, nowNanos);
        } else if (nowNanos >= preemptAtNanos) {
            preemptAtNanos = NEVER;
            TransitionReason preemption = heard == null ? null : preemptionOf(heard);
            if (preemption != null) {
                promote(preemption, nowNanos);
            }
        }
    }

    /** Decides for a promotion, and makes it at once unless something is to be waited for. */
    private void promote(TransitionReason why, long nowNanos) {
        if (nowNanos < heldOffUntilNanos) {
            masterDownAtNanos = why.isVoluntary() ? masterDownAtNanos : nowNanos;
            return;
        }
        preemptAtNanos = NEVER;
        if (!settings.takeover().barrier()) {
            becomeMaster(why, nowNanos);
            return;
        }
        masterDownAtNanos = why.isVoluntary() ? masterDownAtNanos : NEVER;
        if (takeover.isOpen()) {
            takeover.becauseOf(why);
        } else {
            long limitNanos = nowNanos + settings.takeover().holdLimitNanos();
            actions.add(new CarpAction.RequestStates(takeover.open(why, limitNanos)));
        }
    }

    /** Drops a preemption that the present demotion, settings or permission no longer justify. */
    private void reviewPreemption() {
        boolean justified = heard != null && preemptionOf(heard) != null;
        if (!justified) {
            preemptAtNanos = NEVER;
            TransitionReason why = takeover.reason();
            if (why != null && why.isVoluntary()) {
                takeover.cancel();
            }
        }
    }

    private void applyChange(long nowNanos) {
        switch (state) {
            case INIT -> {}
            case BACKUP -> reviewPreemption();
            case MASTER -> advertise(nowNanos);
        }
    }

    // The states.

    /** Runs or stops, as started, enabled, link, allow and addresses say together. */
    private List<CarpAction> settle(TransitionReason why, long nowNanos) {
        boolean runs =
                started && enabled && linkUp && allowed && !settings.families().isEmpty();
        if (runs && state == CarpState.INIT) {
            enterBackup(why, nowNanos);
        } else if (!runs && state != CarpState.INIT) {
            boolean master = state == CarpState.MASTER;
            if (master && linkUp) {
                bowOut();
            }
            if (master) {
                actions.add(new CarpAction.ReleaseAddresses());
            }
            stopTimers();
            enter(CarpState.INIT, why, nowNanos);
        }
        return taken();
    }

    private void becomeMaster(TransitionReason why, long nowNanos) {
        stopTimers();
        advertise(nowNanos);
        actions.add(new CarpAction.TakeAddresses());
        announcements.begin(nowNanos);
        announceIfDue(nowNanos);
        counts.becameMaster();
        enter(CarpState.MASTER, why, nowNanos);
    }

    private void stepDown(TransitionReason why, long nowNanos) {
        actions.add(new CarpAction.ReleaseAddresses());
        enterBackup(why, nowNanos);
    }

    private void enterBackup(TransitionReason why, long nowNanos) {
        stopTimers();
        heard = null;
        watchMaster(nowNanos);
        enter(CarpState.BACKUP, why, nowNanos);
    }

    /** The only place that assigns the state. */
    private void enter(CarpState next, TransitionReason why, long nowNanos) {
        actions.add(new CarpAction.StateChanged(state, next, why));
        state = next;
        reason = why;
        sinceNanos = nowNanos;
        counts.transition();
    }

    // Timers and sending.

    /**
     * Waits for the master-down time, or for three intervals of a master that is better by its demotion alone and so slow
     * that the master-down time would hardly see its next advertisement.
     */
    private void watchMaster(long nowNanos) {
        long patienceNanos = settings.masterDownNanos(demotion);
        if (heard != null && settings.standing(demotion).yieldsTo(heard)) {
            long intervalNanos = heard.intervalMicros() * Interval.NANOS_PER_MICRO;
            patienceNanos = 3 * intervalNanos > 2 * patienceNanos ? 3 * intervalNanos : patienceNanos;
        }
        masterDownAtNanos = nowNanos + patienceNanos;
    }

    private void stopTimers() {
        advertiseAtNanos = NEVER;
        masterDownAtNanos = NEVER;
        preemptAtNanos = NEVER;
        takeover.cancel();
        announcements.stop();
    }

    private void advertise(long nowNanos) {
        send(settings.advbase(), advertisedSkew());
        advertiseAtNanos = nowNanos + advertisementNanos();
    }

    private void bowOut() {
        for (int i = 0; i < BOW_OUT_REPEATS; i++) {
            send(CarpAdvertisement.BOW_OUT, CarpAdvertisement.BOW_OUT);
        }
    }

    private void send(int advbase, int advskew) {
        for (AddressFamily family : AddressFamily.values()) {
            if (settings.families().contains(family)) {
                actions.add(new CarpAction.SendAdvertisement(family, advbase, advskew, advertisedDemote()));
            }
        }
    }

    private void announceIfDue(long nowNanos) {
        if (nowNanos >= announcements.dueNanos()) {
            int repeat = announcements.made(nowNanos, settings.takeover().announceRefreshNanos());
            actions.add(new CarpAction.Announce(repeat));
        }
    }

    private long advertisementNanos() {
        return Interval.nanos(settings.advbase(), advertisedSkew());
    }

    private List<CarpAction> taken() {
        List<CarpAction> result = List.copyOf(actions);
        actions.clear();
        return result;
    }

    // For status.

    public CarpSettings settings() {
        return settings;
    }

    public CarpState state() {
        return state;
    }

    /** Why the state is what it is. */
    public TransitionReason reason() {
        return reason;
    }

    /** When the state was entered. */
    public long sinceNanos() {
        return sinceNanos;
    }

    /** The advskew that advertisements carry, demotion included. */
    public int advertisedSkew() {
        return settings.advertisedSkew(demotion);
    }

    /** The demote byte that advertisements carry. */
    public int advertisedDemote() {
        return settings.advertisedDemote(demotion);
    }

    /** Whether a promotion is decided and waits for the states. */
    public boolean takeoverPending() {
        return takeover.isOpen();
    }

    public InstanceCounts counts() {
        return counts;
    }

    public PeerTable peers() {
        return peers;
    }
}
