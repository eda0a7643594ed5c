// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The election of one virtual host within its node: {@link CarpInstance} with its addresses and what was asked for by hand. It turns the actions of the instance into those of the
 * node. Inputs come by {@link NodeElection}. Not thread-safe.
 */
public final class HostElection {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long RIVAL_QUIET_NANOS = 60_000_000_000L;

    private ElectedHost host;
    private final CarpInstance instance;
    private final AddressHold addresses = new AddressHold();
    private final HeardMasters masters = new HeardMasters();
    private final List<NodeAction> out;
    private final Group group;
    private final Interpreter interpreter = new Interpreter();
    private long upAtNanos = CarpInstance.NEVER;
    private boolean departing;
    private boolean gathering;
    private boolean followsAlone;
    private long rivalToldNanos = CarpInstance.NEVER;
    private boolean rivalIsTold;

    /** What the other virtual hosts of its group are to know of one. */
    interface Group {
        /** Its master timed out. */
        void onMasterSilent(HostElection host);

        /** It displaces its master. */
        void onMasterDisplaced(HostElection host);
    }

    HostElection(ElectedHost host, RandomGenerator random, AdvertTurn turn, List<NodeAction> out, Group group) {
        this.host = host;
        this.instance = new CarpInstance(host.settings(), random, turn);
        this.out = out;
        this.group = group;
    }

    // To read.

    public ElectedHost host() {
        return host;
    }

    /** To read only. */
    public CarpInstance instance() {
        return instance;
    }

    /** Whether this node answers for the addresses. */
    public boolean holdsAddresses() {
        return addresses.isHeld();
    }

    /** When it comes up by itself after it was taken down by hand, or {@link CarpInstance#NEVER}. */
    public long upAtNanos() {
        return upAtNanos;
    }

    AddressHold addresses() {
        return addresses;
    }

    HeardMasters masters() {
        return masters;
    }

    /** Whether there is a master, and every one that was heard lately is among these. */
    boolean hearsOnly(Set<KnownMaster> known, long nowNanos) {
        return masters.areAmong(known, host.vhid(), host.addresses().digest(), nowNanos);
    }

    /** Whether its master was heard last with advbase 0, and no other node was known to follow it then. */
    boolean followsAlone() {
        return followsAlone;
    }

    // For the node.

    void followAlone(boolean nowAlone) {
        followsAlone = nowAlone;
    }

    /** Sets whether others of its group have yet to hear their masters; returns whether that is a change. */
    boolean gather(boolean nowGathering) {
        boolean changes = nowGathering != gathering;
        gathering = nowGathering;
        return changes;
    }

    void change(ElectedHost changed) {
        host = changed;
    }

    /** It is to go, and is forgotten when its addresses are released. */
    void depart() {
        departing = true;
    }

    /** True once, when it is to go and has let its addresses go. */
    boolean takeDeparted() {
        boolean departed = departing && !instance.isLeaving();
        departing = departing && !departed;
        return departed;
    }

    /** Carries out what the instance wants. */
    void perform(List<CarpAction> actions, long nowNanos) {
        for (CarpAction action : actions) {
            interpreter.nowNanos = nowNanos;
            action.perform(interpreter);
        }
    }

    void nudge(Nudge nudge, long whenUpNanos, long nowNanos) {
        upAtNanos = nudge == Nudge.DOWN ? whenUpNanos : CarpInstance.NEVER;
        perform(
                switch (nudge) {
                    case DOWN -> instance.onDisable(nowNanos);
                    case UP -> instance.onEnable(nowNanos);
                    case MASTER -> instance.onForcedState(CarpState.MASTER, nowNanos);
                    case BACKUP -> instance.onForcedState(CarpState.BACKUP, nowNanos);
                },
                nowNanos);
    }

    /** The addresses are there: the instance may say that it is master, and they are announced. */
    void onTaken(int attempt, boolean changed, long nowNanos) {
        if (!addresses.awaits(attempt)) {
            return;
        }
        addresses.onTaken();
        if (instance.isTaking()) {
            // It may have had them still from the time before it gave way.
            perform(instance.onAddressesTaken(nowNanos), nowNanos);
            out.add(new NodeAction.Announce(host.name()));
        } else if (changed) {
            onPutBack();
        }
        perform(instance.onAble(true, nowNanos), nowNanos);
    }

    private void onPutBack() {
        long putBack = addresses.onPutBack();
        out.add(new NodeAction.CountPutBack(host.name()));
        if (Long.bitCount(putBack) == 1) {
            report("addresses that were taken away are put back (" + putBack + " times so far)");
        }
        out.add(new NodeAction.Announce(host.name()));
    }

    /** Taking them failed, or they are not answered for: another node must be master, and this one does not say that it is. */
    void onTakeFailed(String why, long nowNanos) {
        addresses.onTakeFailed(nowNanos);
        if (Integer.bitCount(addresses.failuresInARow()) == 1) {
            report(why);
        }
        perform(instance.onAble(false, nowNanos), nowNanos);
        perform(instance.onTakeFailed(nowNanos), nowNanos);
    }

    /** A rehearsal ended, with a failure or not. Returns whether that changes whether this node can take over. */
    boolean onRehearsed(boolean succeeded, String why, long nowNanos) {
        if (addresses.isWanted()) {
            addresses.onLooked(nowNanos);
            return false;
        }
        boolean changed = addresses.onRehearsed(succeeded, nowNanos);
        if (!succeeded && Integer.bitCount(addresses.failuresInARow()) == 1) {
            report("a takeover would fail: " + why);
        }
        perform(instance.onAble(succeeded, nowNanos), nowNanos);
        return changed;
    }

    void take(long nowNanos) {
        out.add(new NodeAction.TakeAddresses(host.name(), addresses.attempt(nowNanos)));
    }

    /** Takes them once more, where they are wanted. */
    void takeAgain(long nowNanos) {
        if (addresses.isWanted()) {
            take(nowNanos);
        }
    }

    private void report(String what) {
        out.add(new NodeAction.Report("VHID " + host.subject() + ": " + what));
    }

    void onDeadline(long nowNanos) {
        perform(instance.onDeadline(nowNanos), nowNanos);
        if (addresses.isRepairDue(nowNanos)) {
            take(nowNanos);
        }
        if (addresses.takeRehearsalDue(nowNanos)) {
            out.add(new NodeAction.Rehearse(host.name()));
        }
    }

    long nextDeadlineNanos() {
        return Math.min(instance.nextDeadlineNanos(), addresses.nextDeadlineNanos());
    }

    private final class Interpreter implements CarpActions {
        private long nowNanos;

        @Override
        public void sendAdvertisement(CarpAction.SendAdvertisement action) {
            out.add(new NodeAction.SendAdvertisement(host.name(), action));
        }

        @Override
        public void requestStates(CarpAction.RequestStates action) {
            out.add(new NodeAction.RequestStates(host.name(), action.request()));
        }

        @Override
        public void masterSilent() {
            group.onMasterSilent(HostElection.this);
        }

        @Override
        public void masterDisplaced() {
            group.onMasterDisplaced(HostElection.this);
        }

        /** Somebody who is heard now and then would be a rival that comes and goes: the log has one of them a minute. */
        @Override
        public void twoMasters(CarpAction.TwoMasters action) {
            if (action.begins()) {
                rivalIsTold = rivalToldNanos == CarpInstance.NEVER || nowNanos - rivalToldNanos >= RIVAL_QUIET_NANOS;
                rivalToldNanos = rivalIsTold ? nowNanos : rivalToldNanos;
            }
            if (!rivalIsTold) {
                return;
            }
            report(
                    action.begins()
                            ? "another node is MASTER as well"
                            : String.format(
                                    Locale.ROOT,
                                    "one MASTER again: there were two for %.1f s",
                                    action.lastedNanos() / NANOS_PER_SECOND));
        }

        @Override
        public void resign() {
            out.add(new NodeAction.Resign(host.name()));
        }

        @Override
        public void beginTerm() {
            out.add(new NodeAction.BeginTerm(host.name()));
        }

        @Override
        public void takeAddresses() {
            out.add(new NodeAction.TakeAddresses(host.name(), addresses.take(nowNanos)));
        }

        @Override
        public void releaseAddresses() {
            addresses.release();
            out.add(new NodeAction.ReleaseAddresses(host.name()));
        }

        /** Before the addresses are there nothing is announced: it is done when they are. */
        @Override
        public void announce(CarpAction.Announce action) {
            if (addresses.isHeld()) {
                out.add(new NodeAction.Announce(host.name()));
            }
        }

        @Override
        public void stateChanged(CarpAction.StateChanged action) {
            out.add(new NodeAction.StateChanged(host.name(), action));
        }
    }
}
