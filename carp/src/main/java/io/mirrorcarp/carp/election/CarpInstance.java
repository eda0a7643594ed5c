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
 */
public final class CarpInstance {
    /** The deadline that never comes. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final int MISSED_INTERVALS = 3;
    private static final long SAME_MOMENT_NANOS = 5_000_000;

    private final List<CarpAction> actions = new ArrayList<>();
    private final Announcements announcements = new Announcements();
    private final Departure departure = new Departure();
    private final RivalWatch rival = new RivalWatch();
    private final Takeover takeover = new Takeover();
    private final PeerTable peers = new PeerTable();
    private final InstanceCounts counts = new InstanceCounts();
    private final Candidacy candidacy;
    private final BackupWatch watch;
    private final AdvertTurn turn;

    private CarpState state = CarpState.INIT;
    private TransitionReason reason = TransitionReason.NOT_STARTED;
    private long sinceNanos;
    private long advertiseAtNanos = NEVER;
    private long advertisedAtNanos;
    /** Whether this node is master, and says so when it has the addresses: not before. */
    private boolean taking;

    private boolean started;
    private boolean enabled = true;
    private boolean linkUp = true;
    private boolean allowed = true;
    private boolean able = true;
    private boolean reading;

    /**
     * @param random draws the lots after a contest of equals
     * @param turn when in each interval to advertise
     */
    public CarpInstance(CarpSettings settings, RandomGenerator random, AdvertTurn turn) {
        this.turn = turn;
        this.candidacy = new Candidacy(settings);
        this.watch = new BackupWatch(candidacy, takeover, random);
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
        if (candidacy.demote(total)) {
            applyChange(nowNanos);
        }
        return taken();
    }

    /**
     * Whether this node may displace a living master: not while suppress_preempt is above zero, nor while it does not
     * know that it has the peer's states. A master that falls silent is replaced regardless.
     */
    public List<CarpAction> onPreemptAllowed(boolean allow, long nowNanos) {
        if (candidacy.allowPreempt(allow) && state == CarpState.BACKUP) {
            promote(watch.review(nowNanos), nowNanos);
        }
        return taken();
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
        if (state == CarpState.BACKUP) {
            promote(watch.resigned(nowNanos), nowNanos);
        } else {
            counts.ignored();
        }
        return taken();
    }

    /**
     * There is evidence that a peer, perhaps the master, died just now. A backup then waits for the next advertisement only, and takes over when that does
     * not come: whoever makes a false evidence gains nothing by it.
     */
    public List<CarpAction> onPeerDied(long nowNanos) {
        if (state == CarpState.BACKUP) {
            watch.doubt(nowNanos);
        }
        return taken();
    }

    /**
     * A peer that may be the master fell silent without a word on another path, such as the state channel. A backup then
     * waits less long for the advertisements that are missing here too.
     */
    public List<CarpAction> onPeerSilent(long nowNanos) {
        if (state == CarpState.BACKUP) {
            watch.shorten(nowNanos);
        }
        return taken();
    }

    /**
     * Another virtual host of the group displaces a master which it has just heard. A backup whose master is the worse one as well does not wait to hear that once more, so that both
     * ways through the node move together.
     */
    public List<CarpAction> onMasterDisplaced(long nowNanos) {
        if (state == CarpState.BACKUP) {
            promote(watch.join(nowNanos), nowNanos);
        }
        return taken();
    }

    /** Whether another virtual host of the group has yet to hear its master: until then this one displaces none, so that both ways through the node move together. */
    public List<CarpAction> onGathering(boolean gathers, long nowNanos) {
        watch.gather(gathers);
        if (!gathers && state == CarpState.BACKUP) {
            promote(watch.review(nowNanos), nowNanos);
        }
        return taken();
    }

    /** Whether this node is backup, and has heard nobody yet. */
    boolean isUnheard() {
        return state == CarpState.BACKUP && !watch.hasHeard();
    }

    /** New settings for the same vhid. A role is kept; its times start anew. */
    public List<CarpAction> onSettings(CarpSettings changed, long nowNanos) {
        if (changed.vhid() != settings().vhid()) {
            throw new IllegalArgumentException(
                    "vhid cannot change: " + settings().vhid() + ", " + changed.vhid());
        }
        candidacy.change(changed);
        if (state == CarpState.BACKUP) {
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
        if (state == CarpState.BACKUP && wanted == CarpState.MASTER) {
            watch.endHoldOff();
            promote(TransitionReason.USER_REQUEST, nowNanos);
        } else if (state == CarpState.MASTER && wanted == CarpState.BACKUP) {
            leave(settings().takeover().handoverNanos(), nowNanos);
            stepDown(TransitionReason.USER_REQUEST, nowNanos);
            watch.begin(nowNanos);
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

    /**
     * The states as of a time are here: another virtual host of the node asked for them. What was asked for in the same moment is answered too: the words of a node that leaves come one after the
     * other, and both ways through a node are to move together.
     */
    List<CarpAction> onStatesOf(long askedAtNanos, long nowNanos) {
        if (takeover.isOpen() && takeover.askedAtNanos() <= askedAtNanos + SAME_MOMENT_NANOS) {
            becomeMaster(Objects.requireNonNull(takeover.reason()), nowNanos);
        }
        return taken();
    }

    /** When the states were asked for by a request that waits still, or {@link #NEVER}. */
    long statesAskedAtNanos(int request) {
        return takeover.answers(request) ? takeover.askedAtNanos() : NEVER;
    }

    /** The addresses that {@link CarpAction.TakeAddresses} asked for are there. */
    public List<CarpAction> onAddressesTaken(long nowNanos) {
        if (state == CarpState.MASTER && taking) {
            taking = false;
            advertise(nowNanos);
        }
        return taken();
    }

    /** The addresses cannot be taken, or those that somebody took away cannot be put back: another node must be master. */
    public List<CarpAction> onTakeFailed(long nowNanos) {
        if (state == CarpState.MASTER) {
            leave(0, nowNanos);
            stepDown(TransitionReason.TAKE_FAILED, nowNanos);
            watch.begin(nowNanos);
        }
        return taken();
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
        watch.hold(reading || !able);
    }

    /**
     * The process slept for so long that its peers may have replaced it and that the kernel may have taken its addresses away. It says nothing, and listens as one that
     * has just been started.
     */
    public List<CarpAction> onStall(long nowNanos) {
        if (state == CarpState.MASTER) {
            releaseNow();
            stepDown(TransitionReason.STALLED, nowNanos);
        } else if (departure.isUnderWay()) {
            releaseNow();
        }
        if (state == CarpState.BACKUP) {
            takeover.cancel();
            watch.begin(nowNanos);
        }
        return taken();
    }

    /** Whether a master has not advertised for as long as its peers wait for it. */
    public boolean isOverdue(long nowNanos) {
        return state == CarpState.MASTER
                && !taking
                && nowNanos - advertisedAtNanos >= MISSED_INTERVALS * candidacy.advertisementNanos();
    }

    /** Whether this node waits for another one, whose word would change what is due. */
    public boolean isWaiting() {
        return state == CarpState.BACKUP;
    }

    // Inputs from the wire and the clock.

    /** An authentic advertisement of this vhid by another node. */
    public List<CarpAction> onAdvertisement(PeerAdvertisement advertisement, long nowNanos) {
        peers.heard(advertisement, nowNanos);
        if (isLeaving() && !advertisement.isBowOut()) {
            hearSuccessor(candidacy.of(advertisement), nowNanos);
        }
        switch (state) {
            case INIT -> counts.ignored();
            case BACKUP -> hearAsBackup(advertisement, nowNanos);
            case MASTER -> hearAsMaster(advertisement, nowNanos);
        }
        return taken();
    }

    /**
     * An advertisement of this vhid by another node that is not authentic: another password or other addresses. Neighbours may believe that node all the same.
     *
     * @param advbase as it says
     * @param advskew as it says
     */
    public List<CarpAction> onStranger(int advbase, int advskew, long nowNanos) {
        if (state == CarpState.MASTER) {
            hearRival(advbase, advskew, nowNanos);
        }
        return taken();
    }

    /** The time has come, or passed. Calling it early has no effect. */
    public List<CarpAction> onDeadline(long nowNanos) {
        if (departure.takeWord(nowNanos)) {
            send(CarpAdvertisement.BOW_OUT, CarpAdvertisement.BOW_OUT);
        }
        releaseIfDue(nowNanos);
        switch (state) {
            case INIT -> {}
            case BACKUP -> backupDeadline(nowNanos);
            case MASTER -> {
                if (nowNanos >= advertiseAtNanos) {
                    advertise(nowNanos);
                }
                if (rival.onDeadline(nowNanos)) {
                    endRivalry(nowNanos);
                    announcements.beginSoon(nowNanos);
                }
                announceIfDue(nowNanos);
            }
        }
        return taken();
    }

    /** When {@link #onDeadline} is next wanted, or {@link #NEVER}. */
    public long nextDeadlineNanos() {
        long next = switch (state) {
            case INIT -> NEVER;
            case BACKUP -> Math.min(takeover.limitNanos(), watch.nextDeadlineNanos());
            case MASTER -> Math.min(Math.min(advertiseAtNanos, rival.nextDeadlineNanos()), announcements.dueNanos());
        };
        return Math.min(next, departure.nextDeadlineNanos());
    }

    // The rules.

    private void hearAsMaster(PeerAdvertisement advertisement, long nowNanos) {
        Standing remote = candidacy.of(advertisement);
        long masterForNanos = nowNanos - sinceNanos;
        if (advertisement.isBowOut()) {
            hearRival(advertisement.advbase(), advertisement.advskew(), nowNanos);
        } else if (candidacy.own().yieldsTo(remote)) {
            hearSuccessor(remote, nowNanos);
            stepDown(TransitionReason.MORE_FREQUENT_ADVERTISEMENT, nowNanos);
            watch.beginAfter(remote, masterForNanos, nowNanos);
        } else if (masterForNanos >= candidacy.advertisementNanos()) {
            hearRival(advertisement.advbase(), advertisement.advskew(), nowNanos);
            announcements.beginUnlessRunning(nowNanos);
            announceIfDue(nowNanos);
        }
    }

    private void hearRival(int advbase, int advskew, long nowNanos) {
        boolean leaves = advbase == CarpAdvertisement.BOW_OUT && advskew == CarpAdvertisement.BOW_OUT;
        if (!leaves) {
            if (rival.onHeard(Interval.micros(advbase, advskew), nowNanos)) {
                counts.dualMaster();
                actions.add(new CarpAction.TwoMasters(true, 0));
            }
        } else if (rival.onLeft()) {
            endRivalry(nowNanos);
            announcements.beginSoon(nowNanos);
            announceIfDue(nowNanos);
        }
    }

    private void endRivalry(long nowNanos) {
        actions.add(new CarpAction.TwoMasters(false, rival.lastedNanos(nowNanos)));
    }

    /** The addresses are let go, at once or when the successor is heard again. */
    private void hearSuccessor(Standing successor, long nowNanos) {
        if (taking) {
            releaseNow();
        } else {
            departure.onSuccessor(
                    candidacy.nextDueNanos(successor),
                    state == CarpState.MASTER || isHolding(),
                    settings().takeover().handoverNanos(),
                    nowNanos);
            releaseIfDue(nowNanos);
        }
    }

    private void hearAsBackup(PeerAdvertisement advertisement, long nowNanos) {
        if (watch.isUnderWay(advertisement, nowNanos)) {
            counts.ignored();
        } else {
            promote(watch.hear(advertisement, nowNanos), nowNanos);
        }
    }

    private void backupDeadline(long nowNanos) {
        TransitionReason waiting = takeover.reason();
        if (waiting != null && nowNanos >= takeover.limitNanos() && watch.isVoluntary(waiting)) {
            // The master lives, and its states are not known to be here. Others of the group may have moved meanwhile.
            requestStates(waiting, nowNanos);
        } else if (waiting != null && nowNanos >= takeover.limitNanos()) {
            becomeMaster(waiting, nowNanos);
        } else {
            promote(watch.onDeadline(nowNanos), nowNanos);
        }
    }

    /** Makes a promotion that is decided, null being none; or first asks for the states, and goes on as backup. */
    private void promote(@Nullable TransitionReason why, long nowNanos) {
        if (why == null) {
            return;
        }
        if (why == TransitionReason.MASTER_TIMED_OUT) {
            actions.add(new CarpAction.MasterSilent());
        }
        if (why.isVoluntary() && !takeover.isOpen()) {
            actions.add(new CarpAction.MasterDisplaced());
        }
        if (!settings().takeover().barrier()) {
            becomeMaster(why, nowNanos);
            return;
        }
        watch.decided(why);
        if (takeover.isOpen()) {
            takeover.becauseOf(why);
        } else {
            requestStates(why, nowNanos);
        }
    }

    private void requestStates(TransitionReason why, long nowNanos) {
        long limitNanos = nowNanos + settings().takeover().holdLimitNanos();
        actions.add(new CarpAction.RequestStates(takeover.open(why, limitNanos, nowNanos)));
    }

    private void applyChange(long nowNanos) {
        switch (state) {
            case INIT -> {}
            case BACKUP -> promote(watch.review(nowNanos), nowNanos);
            case MASTER -> advertise(nowNanos);
        }
    }

    // The states.

    /** Runs or stops, as started, enabled, link, allow and addresses say together. */
    private List<CarpAction> settle(TransitionReason why, long nowNanos) {
        boolean runs = started
                && enabled
                && linkUp
                && allowed
                && !settings().families().isEmpty();
        if (runs && state == CarpState.INIT) {
            watch.begin(nowNanos);
            enter(CarpState.BACKUP, why, nowNanos);
        } else if (!runs && state != CarpState.INIT) {
            boolean master = state == CarpState.MASTER;
            if (master) {
                leave(settings().takeover().handoverNanos(), nowNanos);
            }
            stopTimers();
            enter(CarpState.INIT, why, nowNanos);
        } else if (state == CarpState.INIT && !linkUp && reason == TransitionReason.NOT_STARTED) {
            reason = TransitionReason.INTERFACE_DOWN;
        }
        if (isLeaving() && !linkUp) {
            releaseNow();
        }
        return taken();
    }

    private void becomeMaster(TransitionReason why, long nowNanos) {
        stopTimers();
        departure.end();
        // From its first advertisement on, switches send to this node what is for the virtual MAC.
        taking = true;
        actions.add(new CarpAction.TakeAddresses());
        announcements.begin(nowNanos);
        announceIfDue(nowNanos);
        counts.becameMaster();
        enter(CarpState.MASTER, why, nowNanos);
    }

    /** The caller lets the addresses go, and begins the watch. */
    private void stepDown(TransitionReason why, long nowNanos) {
        if (rival.isThere()) {
            endRivalry(nowNanos);
        }
        stopTimers();
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

    private void stopTimers() {
        taking = false;
        advertiseAtNanos = NEVER;
        announcements.stop();
        rival.end();
        watch.end();
    }

    private void advertise(long nowNanos) {
        if (taking) {
            return;
        }
        if (reading) {
            advertiseAtNanos = nowNanos;
            return;
        }
        send(settings().advbase(), advertisedSkew());
        departure.onFrame(nowNanos);
        advertisedAtNanos = nowNanos;
        advertiseAtNanos = turn.nextNanos(nowNanos, candidacy.advertisementNanos());
    }

    /** Says good-bye as master, where it can be heard: on the segment only while there is a link. The addresses go at once where nobody can be reached meanwhile. */
    private void leave(long handoverNanos, long nowNanos) {
        sayGoodbye(handoverNanos, nowNanos);
        if (taking || !linkUp) {
            releaseNow();
        } else {
            releaseIfDue(nowNanos);
        }
    }

    /** Not where nobody knows it as master. */
    private void sayGoodbye(long handoverNanos, long nowNanos) {
        if (taking) {
            return;
        }
        actions.add(new CarpAction.Resign());
        if (linkUp) {
            send(CarpAdvertisement.BOW_OUT, CarpAdvertisement.BOW_OUT);
            departure.leave(handoverNanos, nowNanos);
        }
    }

    private void releaseIfDue(long nowNanos) {
        if (departure.takeRelease(nowNanos)) {
            actions.add(new CarpAction.ReleaseAddresses());
        }
    }

    private void releaseNow() {
        departure.end();
        actions.add(new CarpAction.ReleaseAddresses());
    }

    private void send(int advbase, int advskew) {
        List<AddressFamily> families = settings().families().stream().sorted().toList();
        actions.add(new CarpAction.SendAdvertisement(families, advbase, advskew, advertisedDemote()));
    }

    private void announceIfDue(long nowNanos) {
        if (nowNanos >= announcements.dueNanos()) {
            int repeat = announcements.made(nowNanos, settings().takeover().announceRefreshNanos());
            departure.onFrame(nowNanos);
            actions.add(new CarpAction.Announce(repeat));
        }
    }

    private List<CarpAction> taken() {
        List<CarpAction> result = List.copyOf(actions);
        actions.clear();
        return result;
    }

    // For status.

    public CarpSettings settings() {
        return candidacy.settings();
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
        return candidacy.advertisedSkew();
    }

    /** The demote byte that advertisements carry. */
    public int advertisedDemote() {
        return candidacy.advertisedDemote();
    }

    /** Whether this node is master, and does not say so before the addresses are there. */
    boolean isTaking() {
        return taking;
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
        return takeover.isOpen();
    }

    /** Until when a start waits for the services at most; a time long ago when it does not. */
    public long heldOffUntilNanos() {
        return watch.heldOffUntilNanos();
    }

    public InstanceCounts counts() {
        return counts;
    }

    public PeerTable peers() {
        return peers;
    }
}
