// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.counter.CounterSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * By which of this node's paths frames go (decision 42). Control messages go by all. Frames of the stream go by the first path by which every peer says that it hears this node; where there is
 * none, by each that some peer needs. While an acknowledgement is overdue they go by all, and what is sent again always does: so a path that
 * fails without a word loses nothing while that is found out. Not thread-safe; instants as in {@link io.mirrorcarp.pfsync.protocol.Replication}.
 */
public final class SyncPaths {
    /** What is heard of the paths by others. */
    public interface Listener {
        /** One line for the log. */
        void onEvent(String line);

        /**
         * A peer seems to have ended.
         *
         * @param creatorId 0 where it is not known which one
         */
        void onPeerDied(String what, int creatorId, long nowNanos);

        /** Frames go by other paths than before. */
        void onMoved();
    }

    /**
     * How a path stands.
     *
     * @param device its sync device
     * @param up whether the device can pass frames
     * @param inUse whether frames of the stream go by it
     * @param fault why it does not do; empty where it does, or no peer is there that could tell
     */
    public record Status(String device, boolean up, boolean inUse, String fault) {}

    /** An acknowledgement takes 5 ms and the way; one that is so late may have lost its frame. */
    static final long DOUBT_NANOS = 60_000_000;
    /** A peer that lives answers by another path within this: it is asked at once, and asks itself when its end of the cable has no carrier either. */
    static final long ANSWER_NANOS = 60_000_000;
    /** A path that failed is used again when the peers have heard this node by it for so long. */
    static final long BACK_NANOS = 1_000_000_000;

    private static final long NEVER = Long.MAX_VALUE;

    /** Its text is made when it is wanted: this is judged after every burst. */
    private enum Fault {
        NONE,
        DEVICE,
        NOTHING_COMES,
        NOT_HEARD,
        NO_WAY,
        NOBODY
    }

    private final ReplicationSettings settings;
    private final PeerTable peers;
    private final StreamSender stream;
    private final ControlSender control;
    private final Reports reports;
    private final Listener listener;
    private final CounterSet<PfsyncCounter> counters;
    private final int count;
    private final int all;
    /** What is wrong with each device, or empty; and which fault was logged of each path. */
    private final String[] wrong;

    private final Fault[] logged;
    /** Whom the fault that was found last concerns. */
    private String faultyPeer = "";

    private int up;
    /** By which frames go while no acknowledgement is overdue. */
    private int best = 1;

    private int chosen = 1;
    private boolean overdue;
    private String lostDevice = "";
    private long carrierLostNanos = NEVER;
    private long deadlineNanos = NEVER;

    /** All paths are taken to pass frames until the contrary is told. */
    public SyncPaths(SessionParts parts, Reports reports, Listener listener) {
        settings = parts.settings();
        peers = parts.peers();
        stream = parts.stream();
        control = parts.control();
        counters = parts.counters();
        this.reports = reports;
        this.listener = listener;
        count = settings.paths();
        all = (1 << count) - 1;
        up = all;
        wrong = new String[count];
        logged = new Fault[count];
        Arrays.fill(wrong, "");
        Arrays.fill(logged, Fault.NONE);
        stream.go(chosen, all);
    }

    /**
     * A path can pass frames, or no more.
     *
     * @param why what is wrong where it cannot, such as "no carrier"
     * @param lostCarrier whether it lost its carrier just now
     */
    public void onPath(int path, boolean isUp, String why, boolean lostCarrier, long nowNanos) {
        int before = up;
        up = isUp ? up | 1 << path : up & ~(1 << path);
        wrong[path] = isUp ? "" : why;
        control.onUp(up);
        if (isUp || (count > 1 && up != before)) {
            reports.hasten();
        }
        if (lostCarrier) {
            onCarrierLost(settings.devices().get(path), nowNanos);
        }
    }

    private void onCarrierLost(String device, long nowNanos) {
        if (up == 0) {
            listener.onPeerDied(device + " lost its carrier", 0, nowNanos);
            carrierLostNanos = NEVER;
        } else {
            lostDevice = device;
            carrierLostNanos = nowNanos;
        }
    }

    /** Whether any path can pass frames. */
    public boolean anyUp() {
        return up != 0;
    }

    /** By which paths frames of the stream go, bit {@code i} for path {@code i}. */
    public int chosen() {
        return chosen;
    }

    /** Judges anew what is known; to be called after every input. */
    public void update(long nowNanos) {
        if (count == 1) {
            return;
        }
        deadlineNanos = NEVER;
        int before = chosen;
        int bestBefore = best;
        overdue = isOverdue(nowNanos);
        best = best(nowNanos);
        chosen = overdue ? usable() : best;
        stream.go(chosen, usable());
        if ((chosen & ~before) != 0) {
            resend(nowNanos);
        }
        if (best != bestBefore) {
            counters.increment(PfsyncCounter.PATH_CHANGES);
            listener.onMoved();
        }
        lookForSilence(nowNanos);
        tell(nowNanos);
    }

    /** When {@link #update} may come to another result though nothing happened, or {@link Long#MAX_VALUE}. */
    public long deadlineNanos() {
        return deadlineNanos;
    }

    private int usable() {
        return up == 0 ? all : up;
    }

    private boolean isOverdue(long nowNanos) {
        boolean late = false;
        for (Peer peer : peers.all()) {
            if (peer.isListening() && peer.acked() < stream.sequence()) {
                long waiting = peer.waitingNanos(stream, nowNanos);
                late |= waiting >= DOUBT_NANOS;
                wake(nowNanos - waiting + DOUBT_NANOS, nowNanos);
            }
        }
        return late;
    }

    private void wake(long instantNanos, long nowNanos) {
        if (instantNanos > nowNanos) {
            deadlineNanos = Math.min(deadlineNanos, instantNanos);
        }
    }

    private int best(long nowNanos) {
        int common = usable();
        int needed = 0;
        for (Peer peer : peers.all()) {
            if (peer.isListening()) {
                if (!peer.paths.tells()) {
                    return usable();
                }
                int hears = hears(peer, nowNanos);
                common &= hears;
                needed |= Integer.lowestOneBit(hears);
            }
        }
        return common == 0 ? needed : Integer.lowestOneBit(common);
    }

    /** By which of the paths that can pass frames a peer hears this node, as it said last; of those first that it has heard by for a while. */
    private int hears(Peer peer, long nowNanos) {
        int told = peer.paths.told() & usable();
        int lasting = peer.paths.toldSince(told, nowNanos - BACK_NANOS);
        return lasting != 0 ? lasting : told != 0 ? told : usable();
    }

    /** What was lost by the path that failed goes out at once by the other one, and the peers hear how far the stream has come. */
    private void resend(long nowNanos) {
        long acked = stream.sequence();
        for (Peer peer : peers.all()) {
            acked = peer.isListening() ? Math.min(acked, peer.acked()) : acked;
        }
        stream.resend(acked + 1, stream.sequence(), nowNanos);
        reports.hasten();
    }

    private void lookForSilence(long nowNanos) {
        if (carrierLostNanos == NEVER) {
            return;
        }
        if (nowNanos - carrierLostNanos < ANSWER_NANOS) {
            wake(carrierLostNanos + ANSWER_NANOS, nowNanos);
            return;
        }
        for (Peer peer : peers.all()) {
            if (peer.isListening() && peer.lastHeardNanos() < carrierLostNanos) {
                listener.onPeerDied(
                        lostDevice + " lost its carrier, and peer " + peer.node() + " does not answer by "
                                + names(usable()),
                        peer.creatorId(),
                        nowNanos);
            }
        }
        carrierLostNanos = NEVER;
    }

    /** One line when a path fails, and one when it is in order again for so long that it would be used. */
    private void tell(long nowNanos) {
        for (int path = 0; path < count; path++) {
            Fault fault = fault(path, nowNanos);
            if (fault != logged[path] && isNews(path, fault, nowNanos)) {
                logged[path] = fault;
                listener.onEvent("sync path " + settings.devices().get(path)
                        + (fault == Fault.NONE ? " is back" : ": " + text(fault, path)) + "; frames go by "
                        + names(best));
            }
        }
    }

    private boolean isNews(int path, Fault fault, long nowNanos) {
        return logged[path] == Fault.NONE
                || fault == Fault.DEVICE
                || (fault == Fault.NONE && isHeardForLong(path, nowNanos));
    }

    private boolean isHeardForLong(int path, long nowNanos) {
        for (Peer peer : peers.all()) {
            if (peer.isListening()
                    && peer.paths.wasEver(path)
                    && peer.paths.toldSince(1 << path, nowNanos - BACK_NANOS) == 0) {
                return false;
            }
        }
        return true;
    }

    private Fault fault(int path, long nowNanos) {
        if (!wrong[path].isEmpty()) {
            return Fault.DEVICE;
        }
        for (Peer peer : peers.all()) {
            Fault fault = fault(peer, path, nowNanos - settings.pathFreshNanos());
            if (fault != Fault.NONE) {
                faultyPeer = peer.node();
                return fault;
            }
        }
        return leadsNowhere(path, nowNanos) ? Fault.NOBODY : Fault.NONE;
    }

    /** Whether a peer that is there for a while was heard by another path, and nobody ever by this one. */
    private boolean leadsNowhere(int path, long nowNanos) {
        boolean known = false;
        for (Peer peer : peers.all()) {
            if (peer.isListening()) {
                if (peer.paths.wasEver(path)) {
                    return false;
                }
                known |= peer.paths.tellsSince(nowNanos - BACK_NANOS);
            }
        }
        return known;
    }

    /** A path by which a peer was never reached may not lead to it, and who is silent on all paths tells nothing of one. */
    private static Fault fault(Peer peer, int path, long fromNanos) {
        boolean telling = peer.isListening() && peer.paths.tells() && peer.lastHeardNanos() >= fromNanos;
        if (!telling || !peer.paths.wasEver(path)) {
            return Fault.NONE;
        }
        boolean here = peer.paths.isHere(path, fromNanos);
        boolean there = (peer.paths.told() & 1 << path) != 0;
        if (here) {
            return there ? Fault.NONE : Fault.NOT_HEARD;
        }
        return there ? Fault.NOTHING_COMES : Fault.NO_WAY;
    }

    private String text(Fault fault, int path) {
        return switch (fault) {
            case NONE -> "";
            case DEVICE -> wrong[path];
            case NOTHING_COMES -> "nothing comes by it from peer " + faultyPeer;
            case NOT_HEARD -> "peer " + faultyPeer + " does not hear this node by it";
            case NOBODY -> "no peer was heard by it yet";
            case NO_WAY -> "no way to peer " + faultyPeer;
        };
    }

    private String names(int paths) {
        List<String> names = new ArrayList<>();
        for (int path = 0; path < count; path++) {
            if ((paths & 1 << path) != 0) {
                names.add(settings.devices().get(path));
            }
        }
        return up == 0 ? "none" : String.join(" and ", names);
    }

    /**
     * The path for what goes to one peer alone.
     *
     * @return from 0; the first one that is in use where nothing is known of the peer
     */
    public int to(int creatorId, long nowNanos) {
        Peer peer = peers.find(creatorId);
        if (peer != null && count > 1) {
            int hears = hears(peer, nowNanos);
            for (int path = 0; path < count; path++) {
                if ((hears & 1 << path) != 0 && peer.paths.isHere(path, nowNanos - settings.lostNanos())) {
                    return path;
                }
            }
        }
        return Integer.numberOfTrailingZeros(chosen);
    }

    /** How each stands. */
    public List<Status> status(long nowNanos) {
        List<Status> standing = new ArrayList<>();
        for (int path = 0; path < count; path++) {
            standing.add(new Status(
                    settings.devices().get(path),
                    wrong[path].isEmpty(),
                    up != 0 && (best & 1 << path) != 0,
                    text(fault(path, nowNanos), path)));
        }
        return standing;
    }
}
