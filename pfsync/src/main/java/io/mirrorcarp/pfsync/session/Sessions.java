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
    private final Candidates candidates;
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
        candidates = parts.candidates();
        stream = parts.stream();
        sender = parts.control();
        counters = parts.counters();
        link = parts.link();
        this.epoch = epoch;
        this.reports = reports;
        this.listener = listener;
    }

    /**
     * An authentic control frame.
     *
     * @param known the peer with the creator id of the frame, or null
     * @return the peer to whose session it belongs, which may have begun with it, or null
     */
    public @Nullable Peer onControl(@Nullable Peer known, FrameHeader header, Control control, long nowNanos) {
        int own = findReport(control);
        boolean inSession = known != null && known.isSession(header.epoch);
        Peer peer = inSession ? known : begun(known, header, control, own, nowNanos);
        if (peer == null) {
            return null;
        }
        boolean news = peer.controls.isNews(header.sequence, control.pathCopy);
        peer.controls.accept(header.sequence, control.pathCount > 1, control.pathCopy);
        if (peer.paths.onPeers(control)) {
            // It wants to know whether this node is there although a path of its own is not.
            reports.hasten();
        }
        onHeard(peer, nowNanos);
        if (news) {
            onNews(peer, control, own, nowNanos);
        }
        return peer;
    }

    /** The same message comes by each of the peer's paths, and counts once. */
    private void onNews(Peer peer, Control control, int own, long nowNanos) {
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

    /** The peer whose session begins with this frame, or null where it proves nothing. */
    private @Nullable Peer begun(@Nullable Peer known, FrameHeader header, Control control, int own, long nowNanos) {
        long minHeard = known != null ? known.minHeard() : candidates.minHeard(header, sender.number());
        if (!control.heartbeat || own < 0 || control.reportHeard[own] <= minHeard) {
            candidates.add(header, control, sender.number(), nowNanos);
            show(known, header, control, nowNanos);
            reports.hasten();
            return null;
        }
        // Where the present life is gone, the one before was no clone's, or is all that is left.
        if (known != null && known.isListening() && known.isFormer(header.epoch, header.sequence)) {
            if (!known.isCloned(nowNanos)) {
                listener.onCloned(known, nowNanos);
            }
            known.onClone(header.sequence, nowNanos);
            return null;
        }
        Peer peer = known != null ? known : place(header.creatorId, true, nowNanos);
        if (peer != null) {
            candidates.remove(header);
            begin(peer, header.epoch, control, nowNanos);
        }
        return peer;
    }

    /** A node without a session is shown among the peers, where there is a place. */
    private void show(@Nullable Peer known, FrameHeader header, Control control, long nowNanos) {
        Peer peer = known != null ? known : place(header.creatorId, false, nowNanos);
        if (peer == null) {
            return;
        }
        if (control.heartbeat && !peer.hasSession()) {
            peer.node = control.node;
        }
        peer.onCandidate(nowNanos);
    }

    /** A peer that is new, in a place of its own; null where there is none. */
    private @Nullable Peer place(int creatorId, boolean proven, long nowNanos) {
        if (peers.isFull()) {
            Peer dispensable = peers.dispensable(proven, nowNanos);
            if (dispensable == null) {
                counters.increment(PfsyncCounter.BAD_STATE);
                return null;
            }
            listener.onForgotten(dispensable);
            peers.remove(dispensable);
        }
        Peer peer = new Peer(creatorId, sender.number(), nowNanos);
        peers.add(peer);
        return peer;
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
        peer.paths.onTold(control.reportPaths[i], nowNanos);
        if (nowNanos - peer.echoNanos < settings.echoFreshNanos()) {
            peer.path.onReport(control.reportLongest[i], nowNanos);
        } else {
            peer.path.onUnheard(nowNanos);
        }
        long applied = Math.min(control.reportApplied[i], stream.sequence());
        if (applied > peer.acked) {
            if (applied >= stream.oldest()) {
                peer.lagNanos = nowNanos - stream.sentNanos(applied);
                peer.lagAtNanos = nowNanos;
            }
            peer.acked = applied;
        }
    }

    private void onHeartbeat(Peer peer, Control control, long nowNanos) {
        counters.increment(PfsyncCounter.HEARTBEATS_IN);
        peer.highestVersion = control.highestVersion;
        peer.frameBytes = control.frameBytes;
        peer.node = control.node;
        peer.complete = control.complete;
        peer.demoted = control.demoted;
        peer.entries = control.entries;
        peer.announcement = peer.hosts.whole(control.announcement);
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
