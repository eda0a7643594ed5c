// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/**
 * What a master does: it takes the addresses, says in each interval that it is master when it has them, announces them, and watches for a second master. Not thread-safe.
 */
final class MasterDuty {
    private static final long NEVER = CarpInstance.NEVER;
    private static final int MISSED_INTERVALS = 3;
    private static final int ANSWERS_PER_INTERVAL = 4;

    private final InstanceParts parts;
    private final Departure departure;
    private final AdvertTurn turn;
    private final Announcements announcements = new Announcements();
    private final RivalWatch rival = new RivalWatch();
    private long advertiseAtNanos = NEVER;
    private long advertisedAtNanos;
    /** Whether this node is master, and says so when it has the addresses: not before. */
    private boolean taking;

    private long takingSinceNanos;
    /** Whether the sockets are being read: until then nothing is said. */
    private boolean reading;

    MasterDuty(InstanceParts parts, Departure departure, AdvertTurn turn) {
        this.parts = parts;
        this.departure = departure;
        this.turn = turn;
    }

    /** From its first advertisement on, switches send to this node what is for the virtual MAC: so the addresses come first. */
    void begin(long nowNanos) {
        taking = true;
        takingSinceNanos = nowNanos;
        parts.act(new CarpAction.TakeAddresses());
        announcements.begin(nowNanos);
        announceIfDue(nowNanos);
    }

    void end() {
        taking = false;
        advertiseAtNanos = NEVER;
        announcements.stop();
        rival.end();
    }

    boolean isTaking() {
        return taking;
    }

    /** Whether it takes the addresses for so long that others may have spoken meanwhile. */
    boolean isSlowToTake(long nowNanos) {
        return taking && nowNanos - takingSinceNanos > StallWatch.LATE_NANOS;
    }

    void setReading(boolean nowReading) {
        reading = nowReading;
    }

    void onAddressesTaken(long nowNanos) {
        if (taking) {
            taking = false;
            advertise(nowNanos);
        }
    }

    void advertise(long nowNanos) {
        if (taking) {
            return;
        }
        if (reading) {
            advertiseAtNanos = nowNanos;
            return;
        }
        parts.send(parts.candidacy.bid());
        departure.onFrame(nowNanos);
        advertisedAtNanos = nowNanos;
        advertiseAtNanos = turn.nextNanos(nowNanos, parts.candidacy.advertisementNanos());
    }

    /** Whether it has not advertised for as long as its peers wait for it. */
    boolean isOverdue(long nowNanos) {
        return !taking && nowNanos - advertisedAtNanos >= MISSED_INTERVALS * parts.candidacy.advertisementNanos();
    }

    /** Tells a rival who is master, where the rules say so and this node has not just done it: two that hold themselves for the better one would go on without end. */
    void answerRival(long nowNanos) {
        if (parts.candidacy.rules().answersRivals()) {
            tell(nowNanos);
        }
    }

    /** Says that this node is master, unless it has just done so. */
    void tell(long nowNanos) {
        if (nowNanos - advertisedAtNanos >= parts.candidacy.advertisementNanos() / ANSWERS_PER_INTERVAL) {
            advertise(nowNanos);
        }
    }

    /** Another master was heard, which is to give way: its neighbours may have believed it. */
    void hearWorse(Bid bid, long nowNanos) {
        hearRival(bid, nowNanos);
        announcements.beginUnlessRunning(nowNanos);
        announceIfDue(nowNanos);
    }

    /** Another node says that it is master, or that it leaves. */
    void hearRival(Bid bid, long nowNanos) {
        if (!bid.isBowOut()) {
            if (rival.onHeard(bid.intervalMicros(), nowNanos)) {
                parts.counts.dualMaster();
                parts.act(new CarpAction.TwoMasters(true, 0));
            }
        } else if (rival.onLeft()) {
            tellEndOfRivalry(nowNanos);
            announcements.beginSoon(nowNanos);
            announceIfDue(nowNanos);
        }
    }

    /** Another master has gone, which may have been on the segment although it was not heard here. */
    void announceAgain(long nowNanos) {
        announcements.beginSoon(nowNanos);
        announceIfDue(nowNanos);
    }

    /** This node gives way: there is one master again. */
    void endRivalry(long nowNanos) {
        if (rival.isThere()) {
            tellEndOfRivalry(nowNanos);
        }
    }

    private void tellEndOfRivalry(long nowNanos) {
        parts.act(new CarpAction.TwoMasters(false, rival.lastedNanos(nowNanos)));
    }

    void onDeadline(long nowNanos) {
        if (nowNanos >= advertiseAtNanos) {
            advertise(nowNanos);
        }
        if (rival.onDeadline(nowNanos)) {
            tellEndOfRivalry(nowNanos);
            announcements.beginSoon(nowNanos);
        }
        announceIfDue(nowNanos);
    }

    long nextDeadlineNanos() {
        return Math.min(Math.min(advertiseAtNanos, rival.nextDeadlineNanos()), announcements.dueNanos());
    }

    private void announceIfDue(long nowNanos) {
        if (nowNanos >= announcements.dueNanos()) {
            int repeat = announcements.made(nowNanos, parts.takeover().announceRefreshNanos());
            departure.onFrame(nowNanos);
            parts.act(new CarpAction.Announce(repeat));
        }
    }
}
