// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.message.Control;
import io.mirrorcarp.pfsync.message.FrameHeader;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Begins, feeds and ends the sessions with peers, from the control frames that they send. */
final class Sessions {
    private final ReplicationSettings settings;
    private final long epoch;
    private final PeerTable peers;
    private final FlowIndex index;
    private final StreamSender stream;
    private final ControlSender sender;
    private final PfsyncCounters counters;
    private final ReplicationOutput output;
    private final RandomGenerator random;
    private final Exporter exporter;
    private final BulkServer bulkServer;
    private final Reports reports;
    private final PreemptPromise promise;

    Sessions(
            Replication.Parts parts,
            long epoch,
            Exporter exporter,
            BulkServer bulkServer,
            Reports reports,
            PreemptPromise promise) {
        settings = parts.settings();
        peers = parts.peers();
        index = parts.index();
        stream = parts.stream();
        sender = parts.control();
        counters = parts.counters();
        output = parts.output();
        random = parts.random();
        this.epoch = epoch;
        this.exporter = exporter;
        this.bulkServer = bulkServer;
        this.reports = reports;
        this.promise = promise;
    }

    /** The peer of an authentic frame, with a place made for it if need be; null when there is none. */
    @Nullable
    Peer peerOf(int creatorId, long nowNanos) {
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
            forget(dispensable);
        }
        peer = new Peer(creatorId, sender.number(), nowNanos);
        peers.add(peer);
        return peer;
    }

    private void forget(Peer peer) {
        if (peer.hasFlows()) {
            index.retire(peer.owner);
        }
        peers.remove(peer);
    }

    /**
     * An authentic control frame.
     *
     * @return whether it belongs to the session, which may have begun with it
     */
    boolean onControl(Peer peer, FrameHeader header, Control control, long nowNanos) {
        if (control.heartbeat) {
            peer.highestVersion = control.highestVersion;
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
            output.resigned(control.resignationVhid[i], control.resignationAddresses[i]);
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
            peer.onCandidate(header.epoch, header.sequence, nowNanos);
            reports.hasten();
            return false;
        }
        begin(peer, header.epoch, control, nowNanos);
        return true;
    }

    private void begin(Peer peer, long newEpoch, Control control, long nowNanos) {
        boolean restarted = peer.isListening();
        int owner = newOwner(peer, control);
        peer.node = control.node;
        peers.onTable(peer, control.table);
        peer.interruptions = control.interruptions;
        peer.hasDigests = (control.capabilities & Control.CAPABILITY_DIGESTS) != 0;
        peer.begin(newEpoch, owner, sender.number(), control.sent, stream.sequence(), nowNanos);
        if (restarted) {
            promise.raise("pfsync peer " + peer.node + " restarted", nowNanos);
        }
        output.peerThere(peer.creatorId, peer.node);
        output.log("peer " + peer.node + " " + (restarted ? "restarted" : "is there"));
        want(peer, nowNanos);
        reports.hasten();
        openOrClose(nowNanos);
    }

    /**
     * A peer that came back with the kernel table of before has the flows of before, but for those that have ended: it must name them. One whose table
     * is new gets them back from here, since they go on: they are this node's.
     */
    private int newOwner(Peer peer, Control control) {
        if (!peer.hasFlows()) {
            return index.newOwner();
        }
        boolean same = control.table != 0 && control.table == peer.table;
        if (same && (control.capabilities & Control.CAPABILITY_DIGESTS) != 0) {
            return index.newOwner(peer.owner);
        }
        index.retire(peer.owner);
        return index.newOwner();
    }

    /** Wants what is not known to be equal of a peer, anew if it is on its way. */
    void want(Peer peer, long nowNanos) {
        peer.wish.want(newRequestId(), nowNanos);
    }

    /** An id for a bulk request. */
    long newRequestId() {
        return random.nextLong(1, Long.MAX_VALUE);
    }

    /** A frame of the session came, of either kind. */
    void onHeard(Peer peer, long nowNanos) {
        peer.lastHeardNanos = nowNanos;
        if (peer.lost) {
            peer.lost = false;
            output.peerThere(peer.creatorId, peer.node);
            output.log("peer " + peer.node + " is back");
            want(peer, nowNanos);
            reports.hasten();
            openOrClose(nowNanos);
        }
    }

    private void onReport(Peer peer, Control control, int i, long nowNanos) {
        counters.increment(PfsyncCounter.REPORTS_IN);
        peer.echoNanos = sender.sentNanos(control.reportHeard[i]);
        peer.window = control.reportWindow[i];
        peer.saysEqual = control.reportEqual[i];
        long applied = Math.min(control.reportApplied[i], stream.sequence());
        if (applied > peer.acked) {
            peer.lagNanos = applied >= stream.oldest() ? nowNanos - stream.sentNanos(applied) : peer.lagNanos;
            peer.acked = applied;
        }
    }

    private void onHeartbeat(Peer peer, Control control, long nowNanos) {
        counters.increment(PfsyncCounter.HEARTBEATS_IN);
        if (control.table != peer.table) {
            onOtherTable(peer, control.table, nowNanos);
        }
        peer.node = control.node;
        peer.complete = control.complete;
        peer.demoted = control.demoted;
        peer.entries = control.entries;
        counters.add(PfsyncCounter.GAPS, peer.stream().note(control.sent, nowNanos));
        boolean hole = control.interruptions != peer.interruptions;
        if (control.oldest > peer.stream().expected()) {
            counters.add(PfsyncCounter.SKIPPED, peer.stream().skipTo(control.oldest));
            hole = true;
        }
        peer.interruptions = control.interruptions;
        if (hole && peer.wish.isSpoiled(nowNanos)) {
            output.log("changes of peer " + peer.node + " are lost: asking for "
                    + (peer.hasDigests ? "what differs" : "a bulk update"));
            want(peer, nowNanos);
        }
        if (peer.hasDigests) {
            peer.watch.onHeartbeat(control.sent, control.digest, peer.stream().expected() - 1);
            compare(peer, nowNanos);
        }
    }

    /** The peer's table was flushed. Its flows go on: this node holds them, and the peer asks for them. */
    private void onOtherTable(Peer peer, long table, long nowNanos) {
        output.log("peer " + peer.node + " has lost its table");
        index.retire(peer.owner);
        peer.owner = index.newOwner();
        peers.onTable(peer, table);
        peer.wish.begin(peer.hasDigests);
        want(peer, nowNanos);
    }

    /** The peer's stream may be applied up to where the peer told its digest: asks for what differs. */
    void compare(Peer peer, long nowNanos) {
        boolean differ =
                peer.watch.onApplied(peer.stream().expected() - 1, index.digest(peer.owner), peer.entries, nowNanos);
        if (differ && peer.wish.isDone()) {
            counters.increment(PfsyncCounter.REPAIRS_OF_BUCKETS);
            output.log("flows of peer " + peer.node + " differ: asking for what differs");
            want(peer, nowNanos);
        }
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
                onBulkRequest(peer, control, i, nowNanos);
            }
        }
    }

    private void onBulkRequest(Peer peer, Control control, int i, long nowNanos) {
        if (control.bulkCompare[i]) {
            bulkServer.onCompare(peer, control.bulkRequestId[i], nowNanos);
        } else {
            bulkServer.onRequest(peer, control.bulkRequestId[i], control.bulkEverything[i], control.bulkBuckets[i]);
        }
    }

    private void onGoodbye(Peer peer, long nowNanos) {
        counters.increment(PfsyncCounter.GOODBYES_IN);
        if (peer.goodbye) {
            return;
        }
        boolean whole = peer.wish.isDone() && peer.stream().gapNanos(nowNanos) == 0;
        peer.goodbye = true;
        output.log("peer " + peer.node + " stopped");
        leave(peer, nowNanos);
        if (!whole) {
            promise.raise("pfsync peer " + peer.node + " stopped before all was received", nowNanos);
        }
    }

    /** Looks for peers that fell silent. */
    void checkLost(long nowNanos) {
        for (Peer peer : peers.all()) {
            if (peer.isListening() && nowNanos - peer.lastHeardNanos >= settings.lostNanos()) {
                peer.lost = true;
                output.log("peer " + peer.node + " is lost");
                leave(peer, nowNanos);
                if (!peers.anyDone()) {
                    promise.raise("pfsync peer " + peer.node + " lost", nowNanos);
                }
            }
        }
    }

    private void leave(Peer peer, long nowNanos) {
        output.peerGone(peer.creatorId);
        peer.wish.drop();
        peer.requestedId = 0;
        peer.servingId = 0;
        openOrClose(nowNanos);
    }

    private void openOrClose(long nowNanos) {
        boolean open = peers.anyListening();
        if (exporter.isOpen() && !open) {
            reports.interrupt();
        }
        if (exporter.isOpen() != open) {
            exporter.setOpen(open, nowNanos);
        }
    }

    /** The loop stood still: what the peers sent meanwhile is still to be read, so nobody is taken for silent just yet. */
    void onStall(long nowNanos) {
        for (Peer peer : peers.all()) {
            long latest = nowNanos - settings.lostNanos() + settings.heartbeatNanos();
            if (peer.isListening() && peer.lastHeardNanos < latest) {
                peer.lastHeardNanos = latest;
            }
        }
    }
}
