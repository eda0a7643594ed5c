// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.auth.SequencePlace;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The election of one virtual host on one node, by the rules of its protocol ({@link ElectionRules}): a machine that is told the time and what
 * happened.
 *
 * <p>Each input gives the actions to perform, in order. {@link #nextDeadlineNanos} says when {@link #onDeadline} wants to be
 * called; it may change with every input. {@code nowNanos} is a monotonic time from any origin. Not thread-safe.
 */
public final class CarpInstance {
    /** The deadline that never comes. */
    public static final long NEVER = Long.MAX_VALUE;

    private final InstanceParts parts;
    private final Departure departure = new Departure();
    private final PeerTable peers = new PeerTable();
    private final BackupWatch watch;
    private final Promotion promotion;
    private final MasterDuty duty;
    private final AddressRelease release;

    private boolean started;
    private boolean enabled = true;
    private boolean allowed = true;
    private boolean able = true;
    private boolean reading;

    /**
     * @param random draws the lots after a contest of equals
     * @param turn when in each interval to advertise
     */
    public CarpInstance(CarpSettings settings, RandomGenerator random, AdvertTurn turn) {
        parts = new InstanceParts(settings);
        Takeover takeover = new Takeover();
        watch = new BackupWatch(parts.candidacy, takeover, random);
        promotion = new Promotion(parts, takeover, watch);
        duty = new MasterDuty(parts, departure, turn);
        release = new AddressRelease(parts, departure, duty);
    }

    // Inputs from the node.

    /** Starts, and restarts after {@link #onShutdown}. */
    public List<CarpAction> onStart(long nowNanos) {
        started = true;
        watch.holdOff(nowNanos + settings().takeover().startHoldOffNanos());
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
        parts.linkUp = up;
        return settle(up ? TransitionReason.INTERFACE_UP : TransitionReason.INTERFACE_DOWN, nowNanos);
    }

    /** net.inet.carp.allow. */
    public List<CarpAction> onAllow(boolean allow, long nowNanos) {
        allowed = allow;
        return settle(allow ? TransitionReason.ALLOWED : TransitionReason.NOT_ALLOWED, nowNanos);
    }

    /** Sets the node's demotion, all sources together; a master tells it at once. */
    public List<CarpAction> onDemotion(int total, long nowNanos) {
        if (parts.candidacy.demote(total)) {
            applyChange(nowNanos);
        }
        return parts.taken();
    }

    /**
     * Whether this node may displace a living master: not while suppress_preempt is above zero, nor while it does not
     * know that it has the peer's states. A master that falls silent is replaced regardless.
     */
    public List<CarpAction> onPreemptAllowed(boolean allow, long nowNanos) {
        if (parts.candidacy.allowPreempt(allow) && parts.is(CarpState.BACKUP)) {
            promote(watch.review(nowNanos), nowNanos);
        }
        return parts.taken();
    }

    /** The services are ready: the hold-off of the start is over. */
    public List<CarpAction> onServicesReady(long nowNanos) {
        watch.endHoldOff();
        return onDeadline(nowNanos);
    }

    /**
     * A peer said on another path, such as the state channel, that it was the master of this virtual host and leaves. For a backup that is as good as a
     * bow-out. Said again, or when another node has taken over already, it does no more than a bow-out that comes late.
     */
    public List<CarpAction> onResigned(long nowNanos) {
        if (parts.is(CarpState.BACKUP)) {
            promote(watch.resigned(nowNanos), nowNanos);
        } else {
            parts.counts.ignored();
        }
        return parts.taken();
    }

    /**
     * There is evidence that a peer, perhaps the master, died just now. A backup then waits for the next advertisement only, and takes over when that does
     * not come: whoever makes a false evidence gains nothing by it.
     */
    public List<CarpAction> onPeerDied(long nowNanos) {
        if (parts.is(CarpState.BACKUP)) {
            watch.doubt(nowNanos);
        }
        return parts.taken();
    }

    /**
     * A peer that may be the master fell silent without a word on another path, such as the state channel. A backup then
     * waits less long for the advertisements that are missing here too.
     */
    public List<CarpAction> onPeerSilent(long nowNanos) {
        if (parts.is(CarpState.BACKUP)) {
            watch.shorten(nowNanos);
        }
        return parts.taken();
    }

    /**
     * Another virtual host of the group displaces a master which it has just heard. A backup whose master is the worse one as well does not wait to hear that once more, so that both
     * ways through the node move together.
     */
    public List<CarpAction> onMasterDisplaced(long nowNanos) {
        if (parts.is(CarpState.BACKUP)) {
            promote(watch.join(nowNanos), nowNanos);
        }
        return parts.taken();
    }

    /** Whether another virtual host of the group has yet to hear its master: until then this one displaces none, so that both ways through the node move together. */
    public List<CarpAction> onGathering(boolean gathers, long nowNanos) {
        watch.gather(gathers);
        if (!gathers && parts.is(CarpState.BACKUP)) {
            promote(watch.review(nowNanos), nowNanos);
        }
        return parts.taken();
    }

    /** Whether this node is backup, and has heard nobody yet. */
    boolean isUnheard() {
        return parts.is(CarpState.BACKUP) && !watch.hasHeard();
    }

    /** When its master will have been silent for so many eighths of an interval, or {@link #NEVER}; see {@link CommonSilence}. */
    long silentAtNanos(int eighths) {
        return parts.is(CarpState.BACKUP) ? watch.silentAtNanos(eighths) : NEVER;
    }

    /** New settings for the same vhid. A role is kept; its times start anew. */
    public List<CarpAction> onSettings(CarpSettings changed, long nowNanos) {
        if (changed.vhid() != settings().vhid()) {
            throw new IllegalArgumentException(
                    "vhid cannot change: " + settings().vhid() + ", " + changed.vhid());
        }
        parts.candidacy.change(changed);
        if (parts.is(CarpState.BACKUP)) {
            watch.watch(nowNanos);
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
        if (parts.is(CarpState.BACKUP) && wanted == CarpState.MASTER) {
            watch.endHoldOff();
            promote(TransitionReason.USER_REQUEST, nowNanos);
        } else if (parts.is(CarpState.MASTER) && wanted == CarpState.BACKUP) {
            release.leave(parts.takeover().handoverNanos(), nowNanos);
            stepDown(TransitionReason.USER_REQUEST, nowNanos);
            watch.begin(nowNanos);
        } else {
            parts.counts.ignored();
        }
        return parts.taken();
    }

    /** The answer to {@link CarpAction.RequestStates}; one to a cancelled request has no effect. */
    public List<CarpAction> onStatesReady(int request, long nowNanos) {
        becomeMaster(promotion.onStatesReady(request), nowNanos);
        return parts.taken();
    }

    /** The states as of a time are here: see {@link Promotion#onStatesOf}. */
    List<CarpAction> onStatesOf(long askedAtNanos, long nowNanos) {
        becomeMaster(promotion.onStatesOf(askedAtNanos), nowNanos);
        return parts.taken();
    }

    /** When the states were asked for by a request that waits still, or {@link #NEVER}. */
    long statesAskedAtNanos(int request) {
        return promotion.statesAskedAtNanos(request);
    }

    /** The addresses that {@link CarpAction.TakeAddresses} asked for are there. */
    public List<CarpAction> onAddressesTaken(long nowNanos) {
        duty.onAddressesTaken(nowNanos);
        return parts.taken();
    }

    /** The addresses cannot be taken, or those that somebody took away cannot be put back: another node must be master. */
    public List<CarpAction> onTakeFailed(long nowNanos) {
        if (parts.is(CarpState.MASTER)) {
            release.leave(0, nowNanos);
            stepDown(TransitionReason.TAKE_FAILED, nowNanos);
            watch.begin(nowNanos);
        }
        return parts.taken();
    }

    /** Whether this node could take the addresses. While it could not it stays backup, but when it is made master by hand. */
    public List<CarpAction> onAble(boolean nowAble, long nowNanos) {
        able = nowAble;
        watch.hold(reading || !able);
        return onDeadline(nowNanos);
    }

    /** The sockets are being read, up to the last word that came while this node slept: nothing is decided before. */
    public void onReading(boolean nowReading) {
        reading = nowReading;
        duty.setReading(reading);
        watch.hold(reading || !able);
    }

    /**
     * The process slept for so long that its peers may have replaced it and that the kernel may have taken its addresses away. It says nothing, and listens as one that
     * has just been started.
     */
    public List<CarpAction> onStall(TransitionReason reason, long nowNanos) {
        if (parts.is(CarpState.MASTER)) {
            release.now();
            stepDown(reason, nowNanos);
        } else if (departure.isUnderWay()) {
            release.now();
        }
        if (parts.is(CarpState.BACKUP)) {
            watch.beginAnew(nowNanos);
        }
        return parts.taken();
    }

    /** Whether a master has not advertised for as long as its peers wait for it. */
    public boolean isOverdue(long nowNanos) {
        return parts.is(CarpState.MASTER) && duty.isOverdue(nowNanos);
    }

    /** Whether this node waits for another one, whose word would change what is due. */
    public boolean isWaiting() {
        return parts.is(CarpState.BACKUP);
    }

    // Inputs from the wire and the clock.

    /** An authentic advertisement of this vhid by another node. */
    public List<CarpAction> onAdvertisement(PeerAdvertisement advertisement, long nowNanos) {
        peers.heard(advertisement, nowNanos);
        if (isLeaving() && !advertisement.isBowOut()) {
            release.hearSuccessor(parts.candidacy.of(advertisement), nowNanos);
        }
        switch (parts.state()) {
            case INIT -> parts.counts.ignored();
            case BACKUP -> hearAsBackup(advertisement, nowNanos);
            case MASTER -> hearAsMaster(advertisement, nowNanos);
        }
        return parts.taken();
    }

    /**
     * An advertisement of this vhid by another node that is not authentic: another password or other addresses. Neighbours may believe that node all the same.
     *
     * @param bid as it says
     */
    public List<CarpAction> onStranger(Bid bid, long nowNanos) {
        if (parts.is(CarpState.MASTER)) {
            duty.hearRival(bid, nowNanos);
        }
        return parts.taken();
    }

    /** Another node was master of the same addresses, by its word on another path, and is so no longer: neighbours may believe it still. */
    public List<CarpAction> onRivalGone(long nowNanos) {
        if (parts.is(CarpState.MASTER)) {
            duty.announceAgain(nowNanos);
        }
        return parts.taken();
    }

    /** The time has come, or passed. Calling it early has no effect. */
    public List<CarpAction> onDeadline(long nowNanos) {
        release.onDeadline(nowNanos);
        switch (parts.state()) {
            case INIT -> {}
            case BACKUP -> becomeMaster(promotion.onDeadline(nowNanos), nowNanos);
            case MASTER -> duty.onDeadline(nowNanos);
        }
        return parts.taken();
    }

    /** When {@link #onDeadline} is next wanted, or {@link #NEVER}. */
    public long nextDeadlineNanos() {
        long next = switch (parts.state()) {
            case INIT -> NEVER;
            case BACKUP -> promotion.nextDeadlineNanos();
            case MASTER -> duty.nextDeadlineNanos();
        };
        return Math.min(next, departure.nextDeadlineNanos());
    }

    // The rules.

    private void hearAsMaster(PeerAdvertisement advertisement, long nowNanos) {
        Standing remote = parts.candidacy.of(advertisement);
        long masterForNanos = nowNanos - parts.sinceNanos();
        if (advertisement.isBowOut()) {
            duty.answerRival(nowNanos);
            duty.hearRival(advertisement.bid(), nowNanos);
        } else if (isUnaware(advertisement)) {
            duty.tell(nowNanos);
            duty.hearWorse(advertisement.bid(), nowNanos);
        } else if (parts.candidacy.own().yieldsTo(remote)) {
            release.hearSuccessor(remote, nowNanos);
            stepDown(parts.candidacy.rules().yielding(), nowNanos);
            watch.beginAfter(remote, masterForNanos, nowNanos);
        } else {
            duty.answerRival(nowNanos);
            if (masterForNanos >= parts.candidacy.advertisementNanos()) {
                duty.hearWorse(advertisement.bid(), nowNanos);
            }
        }
    }

    /** Whether the sender has yet to hear that this node is master, and says so: it was stopped with its clock. It gives way, and learns what it missed, before it may be master again. */
    private boolean isUnaware(PeerAdvertisement advertisement) {
        return advertisement.place() == SequencePlace.OLDER_TERM && !duty.isTaking();
    }

    /** Whether this master was replaced by one to which it would not give way, and heard nothing of that for some advertisements. */
    boolean isReplacedBy(PeerAdvertisement advertisement) {
        return parts.is(CarpState.MASTER)
                && advertisement.place().replaces()
                && !parts.candidacy.own().yieldsTo(parts.candidacy.of(advertisement));
    }

    private void hearAsBackup(PeerAdvertisement advertisement, long nowNanos) {
        if (watch.isUnderWay(advertisement, nowNanos)) {
            parts.counts.ignored();
        } else {
            promote(watch.hear(advertisement, nowNanos), nowNanos);
        }
    }

    /** Makes a promotion that is decided, null being none; or first asks for the states, and goes on as backup. */
    private void promote(@Nullable TransitionReason why, long nowNanos) {
        becomeMaster(promotion.decide(why, nowNanos), nowNanos);
    }

    private void applyChange(long nowNanos) {
        switch (parts.state()) {
            case INIT -> {}
            case BACKUP -> promote(watch.review(nowNanos), nowNanos);
            case MASTER -> duty.advertise(nowNanos);
        }
    }

    // The states.

    /** Runs or stops, as started, enabled, link, allow and addresses say together. */
    private List<CarpAction> settle(TransitionReason why, long nowNanos) {
        boolean runs = started
                && enabled
                && parts.linkUp
                && allowed
                && !settings().families().isEmpty();
        if (runs && parts.is(CarpState.INIT)) {
            watch.begin(nowNanos);
            parts.enter(CarpState.BACKUP, why, nowNanos);
        } else if (!runs && !parts.is(CarpState.INIT)) {
            if (parts.is(CarpState.MASTER)) {
                release.leave(parts.takeover().handoverNanos(), nowNanos);
            }
            stopTimers();
            parts.enter(CarpState.INIT, why, nowNanos);
        } else if (parts.is(CarpState.INIT) && !parts.linkUp && reason() == TransitionReason.NOT_STARTED) {
            parts.explain(TransitionReason.INTERFACE_DOWN);
        }
        if (isLeaving() && !parts.linkUp) {
            release.now();
        }
        return parts.taken();
    }

    /** Null for not now. */
    private void becomeMaster(@Nullable TransitionReason why, long nowNanos) {
        if (why == null) {
            return;
        }
        stopTimers();
        departure.end();
        if (why != TransitionReason.USER_REQUEST) {
            // A better master takes back at once what was taken by hand.
            parts.act(new CarpAction.BeginTerm());
        }
        duty.begin(nowNanos);
        parts.counts.becameMaster();
        parts.enter(CarpState.MASTER, why, nowNanos);
    }

    /** The caller lets the addresses go, and begins the watch. */
    private void stepDown(TransitionReason why, long nowNanos) {
        duty.endRivalry(nowNanos);
        stopTimers();
        parts.enter(CarpState.BACKUP, why, nowNanos);
    }

    private void stopTimers() {
        duty.end();
        watch.end();
    }

    // For status.

    public CarpSettings settings() {
        return parts.settings();
    }

    public CarpState state() {
        return parts.state();
    }

    /** Why the state is what it is. */
    public TransitionReason reason() {
        return parts.reason();
    }

    /** When the state was entered. */
    public long sinceNanos() {
        return parts.sinceNanos();
    }

    /** What advertisements say, demotion included. */
    public Bid advertised() {
        return parts.candidacy.bid();
    }

    /** Whether this node is master, and does not say so before the addresses are there. */
    boolean isTaking() {
        return duty.isTaking();
    }

    /** Whether it takes them for so long that others may have spoken meanwhile. */
    boolean isSlowToTake(long nowNanos) {
        return duty.isSlowToTake(nowNanos);
    }

    /** Whether this node is no longer master, and has something left to say or to let go. */
    public boolean isLeaving() {
        return departure.isUnderWay();
    }

    /** Whether this node is no longer master, and has the addresses still. */
    public boolean isHolding() {
        return departure.isHolding();
    }

    /** Whether a promotion is decided and waits for the states. */
    public boolean takeoverPending() {
        return promotion.isPending();
    }

    /** Until when a start waits for the services at most; a time long ago when it does not. */
    public long heldOffUntilNanos() {
        return watch.heldOffUntilNanos();
    }

    public InstanceCounts counts() {
        return parts.counts;
    }

    public PeerTable peers() {
        return peers;
    }
}
