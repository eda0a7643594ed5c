// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.pfsync.message.Control;
import io.mirrorcarp.pfsync.message.FrameHeader;
import org.jspecify.annotations.Nullable;

/** Begins, feeds and ends the sessions with peers, from the control frames that they send. */
public final class Sessions {
    private final ReplicationSettings settings;
    private final long epoch;
    private final PeerTable peers;
    private final StreamSender stream;
    private final ControlSender sender;
    private final CounterSet<PfsyncCounter> counters;
    private final SyncLink link;
    private final Reports reports;
    private final SessionListener listener;

    /** @param epoch of this life of this node */
    public Sessions(SessionParts parts, long epoch, Reports reports, SessionListener listener) {
        settings = parts.settings();
        peers = parts.peers();
        stream = parts.stream();
        sender = parts.control();
        counters = parts.counters();
        link = parts.link();
        this.epoch = epoch;
        this.reports = reports;
        this.listener = listener;
    }

    /** The peer of an authentic frame, with a place made for it if need be; null when there is none. */
    public @Nullable Peer peerOf(int creatorId, long nowNanos) {
        Peer peer = peers.find(creatorId);
        if (peer != null) {
            return peer;
        }
        if (peers.isFull()) {
            Peer dispensable = peers.dispensable(nowNanos);
            if (dispensable == null) {
                counters.increment(PfsyncCounter.BAD_STATE);
                return null;
            }
            listener.onForgotten(dispensable);
            peers.remove(dispensable);
        }
        peer = new Peer(creatorId, sender.number(), nowNanos);
        peers.add(peer);
        return peer;
    }

    /**
     * An authentic control frame.
     *
     * @return whether it belongs to the session, which may have begun with it
     */
    public boolean onControl(Peer peer, FrameHeader header, Control control, long nowNanos) {
        if (control.heartbeat) {
            peer.highestVersion = control.highestVersion;
            peer.frameBytes = control.frameBytes;
        }
        int own = findReport(control);
        if (!peer.isSession(header.epoch) && !mayBegin(peer, header, control, own, nowNanos)) {
            return false;
        }
        peer.lastControl = header.sequence;
        onHeard(peer, nowNanos);
        if (own >= 0) {
            onReport(peer, control, own, nowNanos);
        }
        if (control.heartbeat) {
            onHeartbeat(peer, control, nowNanos);
        }
        onRequests(peer, control, nowNanos);
        for (int i = 0; i < control.resignationCount; i++) {
            counters.increment(PfsyncCounter.RESIGNATIONS_IN);
            listener.onResigned(control.resignationVhid[i], control.resignationAddresses[i]);
        }
        if (control.goodbye) {
            onGoodbye(peer, nowNanos);
        }
        return true;
    }

    /** The report of this life of this node, or -1. */
    private int findReport(Control control) {
        for (int i = 0; i < control.reportCount; i++) {
            if (control.reportCreatorId[i] == settings.creatorId() && control.reportEpoch[i] == epoch) {
                return i;
            }
        }
        return -1;
    }

    private boolean mayBegin(Peer peer, FrameHeader header, Control control, int own, long nowNanos) {
        if (!control.heartbeat || own < 0 || !peer.provesFreshness(control.reportHeard[own])) {
            if (control.heartbeat && !peer.hasSession()) {
                peer.node = control.node;
            }
            peer.onCandidate(header.epoch, header.sequence, nowNanos);
            reports.hasten();
            return false;
        }
        if (peer.isFormer(header.epoch, header.sequence)) {
            if (!peer.isCloned(nowNanos)) {
                listener.onCloned(peer, nowNanos);
            }
            peer.onClone(header.sequence, nowNanos);
            return false;
        }
        begin(peer, header.epoch, control, nowNanos);
        return true;
    }

    private void begin(Peer peer, long newEpoch, Control control, long nowNanos) {
        boolean restarted = peer.isListening();
        peer.node = control.node;
        peer.interruptions = control.interruptions;
        peer.hasDigests = (control.capabilities & Control.CAPABILITY_DIGESTS) != 0;
        peer.begin(newEpoch, sender.number(), control.sent, stream.sequence(), nowNanos);
        link.peerThere(peer.creatorId(), peer.node);
        reports.hasten();
        listener.onBegin(peer, control, restarted, nowNanos);
    }

    /** A frame of the session came, of either kind. */
    public void onHeard(Peer peer, long nowNanos) {
        peer.lastHeardNanos = nowNanos;
        if (peer.lost) {
            peer.lost = false;
            link.peerThere(peer.creatorId(), peer.node);
            reports.hasten();
            listener.onBack(peer, nowNanos);
        }
    }

    private void onReport(Peer peer, Control control, int i, long nowNanos) {
        counters.increment(PfsyncCounter.REPORTS_IN);
        peer.echoNanos = sender.sentNanos(control.reportHeard[i]);
        peer.window = control.reportWindow[i];
        peer.saysEqual = control.reportEqual[i];
        if (nowNanos - peer.echoNanos < settings.echoFreshNanos()) {
            peer.path.onReport(control.reportLongest[i], nowNanos);
        } else {
            peer.path.onUnheard(nowNanos);
        }
        long applied = Math.min(control.reportApplied[i], stream.sequence());
        if (applied > peer.acked) {
            peer.lagNanos = applied >= stream.oldest() ? nowNanos - stream.sentNanos(applied) : peer.lagNanos;
            peer.acked = applied;
        }
    }

    private void onHeartbeat(Peer peer, Control control, long nowNanos) {
        counters.increment(PfsyncCounter.HEARTBEATS_IN);
        peer.node = control.node;
        peer.complete = control.complete;
        peer.demoted = control.demoted;
        peer.entries = control.entries;
        peer.announcement = control.announcement;
        counters.add(PfsyncCounter.GAPS, peer.stream().note(control.sent, nowNanos));
        boolean hole = control.interruptions != peer.interruptions;
        if (control.oldest > peer.stream().expected()) {
            counters.add(PfsyncCounter.SKIPPED, peer.stream().skipTo(control.oldest));
            hole = true;
        }
        peer.interruptions = control.interruptions;
        listener.onHeartbeat(peer, control, hole, nowNanos);
    }

    private void onRequests(Peer peer, Control control, long nowNanos) {
        for (int i = 0; i < control.repairCount; i++) {
            if (control.repairCreatorId[i] == settings.creatorId() && control.repairEpoch[i] == epoch) {
                counters.increment(PfsyncCounter.REPAIRS_IN);
                if (control.repairFrom[i] < stream.oldest()) {
                    reports.hasten();
                }
                stream.resend(control.repairFrom[i], control.repairTo[i], nowNanos);
            }
        }
        for (int i = 0; i < control.bulkRequestCount; i++) {
            if (control.bulkCreatorId[i] == settings.creatorId() && control.bulkEpoch[i] == epoch) {
                counters.increment(PfsyncCounter.BULK_REQUESTS_IN);
                listener.onBulkRequest(peer, control, i, nowNanos);
            }
        }
    }

    private void onGoodbye(Peer peer, long nowNanos) {
        counters.increment(PfsyncCounter.GOODBYES_IN);
        if (!peer.goodbye) {
            peer.goodbye = true;
            link.peerGone(peer.creatorId());
            listener.onStopped(peer, nowNanos);
        }
    }

    /** Looks for peers that fell silent. */
    public void checkLost(long nowNanos) {
        for (Peer peer : peers.all()) {
            if (peer.isListening() && nowNanos - peer.lastHeardNanos >= settings.lostNanos()) {
                peer.lost = true;
                link.peerGone(peer.creatorId());
                listener.onLost(peer, nowNanos);
            }
        }
    }

    /** The loop stood still: what the peers sent meanwhile is still to be read, so nobody is taken for silent just yet. */
    public void onStall(long nowNanos) {
        for (Peer peer : peers.all()) {
            long latest = nowNanos - settings.lostNanos() + settings.heartbeatNanos();
            if (peer.isListening() && peer.lastHeardNanos < latest) {
                peer.lastHeardNanos = latest;
            }
        }
    }
}
