// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.equality;

import io.mirrorcarp.pfsync.claims.ClaimParts;
import io.mirrorcarp.pfsync.claims.Exporter;
import io.mirrorcarp.pfsync.claims.Owners;
import io.mirrorcarp.pfsync.flows.FlowEntry;
import io.mirrorcarp.pfsync.flows.FlowFingerprint;
import io.mirrorcarp.pfsync.flows.FlowHash;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.message.Action;
import io.mirrorcarp.pfsync.message.BucketSet;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.pfsync.session.Peer;
import io.mirrorcarp.pfsync.session.PeerTable;
import io.mirrorcarp.pfsync.session.PerPeer;
import io.mirrorcarp.pfsync.session.StreamSender;
import org.jspecify.annotations.Nullable;

/**
 * Answers bulk requests out of a dump of the local table. One dump runs at a time and answers every request that is there
 * when it starts. It goes on while the peers that it answers keep up: the peers set the pace, and the live stream goes between its entries. A node
 * without flows answers without a dump.
 *
 * <p>Sent are the flows that this node owns and, to those who want everything, those of absent owners. The flows of another live peer
 * are left to that peer.
 */
public final class BulkServer implements TableDump.Reader {
    /** Frames that may be unacknowledged before the dump waits. */
    public static final int WINDOW_FRAMES = 128;

    /** What a peer asked for. The ids are 0 for none. */
    private static final class Request {
        /** To be answered next. */
        long requested;

        boolean everything;
        final BucketSet buckets = new BucketSet();
        long serving;
        long served;
        /** For digests, answered last. */
        long compared;

        boolean awaitsSweep;
    }

    private final TableDump dump;
    private final StreamSender stream;
    private final Exporter exporter;
    private final FlowIndex index;
    private final FlowHash flowHash;
    private final PeerTable peers;
    private final Owners owners;
    private final PerPeer<Request> requests = new PerPeer<>(Request::new);
    private final Change change = new Change();
    private final BucketSet covered = new BucketSet();
    private final long[] digests = new long[Change.MAX_DIGESTS];

    private boolean sweepWanted;
    private boolean running;
    /** The dump of the one that runs is. */
    private boolean complete;

    private boolean everything;
    private long id;
    private long count;

    public BulkServer(ClaimParts parts, TableDump dump, Exporter exporter) {
        this.dump = dump;
        this.exporter = exporter;
        stream = parts.session().stream();
        peers = parts.session().peers();
        index = parts.index();
        flowHash = parts.flowHash();
        owners = parts.owners();
    }

    /** A session of the peer begins. */
    public void begin(Peer peer) {
        drop(peer);
        requests.of(peer).served = 0;
        requests.of(peer).compared = 0;
        requests.of(peer).awaitsSweep = false;
    }

    /** The peer wants nothing any more: it is gone. */
    public void drop(Peer peer) {
        requests.of(peer).requested = 0;
        requests.of(peer).serving = 0;
    }

    /** A peer asks; the same request again changes nothing. */
    public void onRequest(Peer peer, long requestId, boolean wantsEverything, BucketSet buckets) {
        Request request = requests.of(peer);
        if (requestId != request.serving && requestId != request.served) {
            request.requested = requestId;
            request.everything = wantsEverything;
            request.buckets.copyFrom(buckets);
            request.serving = 0;
        }
    }

    /**
     * A peer wants digests, of the flows that this node owns at this place of the stream; the same request again changes nothing.
     *
     * @param afterDump whether the table is to be read first
     */
    public void onCompare(Peer peer, long requestId, boolean afterDump, long nowNanos) {
        Request request = requests.of(peer);
        if (requestId == request.compared) {
            return;
        }
        request.compared = requestId;
        if (afterDump) {
            request.awaitsSweep = true;
            sweepWanted = true;
        } else {
            sendDigests(nowNanos);
        }
    }

    /** Whether a peer waits for a sweep that begins from now on: true once. */
    boolean takeSweepWanted() {
        boolean wanted = sweepWanted;
        sweepWanted = false;
        return wanted;
    }

    /** A sweep has ended: who waited for it gets the digests. */
    void onSwept(long nowNanos) {
        boolean awaited = false;
        for (Peer peer : peers.all()) {
            awaited |= requests.of(peer).awaitsSweep;
            requests.of(peer).awaitsSweep = false;
        }
        if (awaited) {
            sendDigests(nowNanos);
        }
    }

    private void sendDigests(long nowNanos) {
        exporter.flush(nowNanos);
        for (int first = 0; first < BucketSet.BUCKETS; first += Change.MAX_DIGESTS) {
            index.digest(FlowEntry.SELF).copyTo(digests, first, Change.MAX_DIGESTS);
            change.clear();
            change.action = Action.DIGESTS;
            change.firstBucket = first;
            change.digestCount = Change.MAX_DIGESTS;
            change.digests = digests;
            stream.append(change, nowNanos);
            stream.finish(nowNanos);
        }
    }

    /** Begins, goes on or ends, as requests, the dump and the peers' pace allow. */
    public void pump(long nowNanos) {
        if (running && !anyServed()) {
            running = false;
            complete = false;
            dump.cancel();
        }
        // What is deleted at this moment may be a flush: then it has not ended, though no dump shows it.
        if (!exporter.deletedByProgram().isUndecided()) {
            if (complete) {
                endDump(nowNanos);
                stream.finish(nowNanos);
            }
            if (!running && dump.isFree() && anyRequested()) {
                start(nowNanos);
            }
        }
        dump.pump();
    }

    /** The local table was flushed: what runs is not brought to an end, since its dump tells nothing. */
    public void onFlushed() {
        if (running) {
            running = false;
            complete = false;
            dump.cancel();
            for (Peer peer : peers.all()) {
                requests.of(peer).serving = 0;
            }
        }
    }

    /** Whether a request waits for an answer. */
    boolean anyRequested() {
        for (Peer peer : peers.all()) {
            if (requests.of(peer).requested != 0 && peer.isListening()) {
                return true;
            }
        }
        return false;
    }

    /** Whether somebody still wants the bulk update that runs. */
    private boolean anyServed() {
        for (Peer peer : peers.all()) {
            if (requests.of(peer).serving != 0) {
                return true;
            }
        }
        return false;
    }

    private void start(long nowNanos) {
        id++;
        count = 0;
        everything = false;
        covered.clear();
        change.clear();
        change.action = Action.BULK_START;
        change.bulkId = id;
        change.bulkEntries = index.size();
        change.bulkTable = owners.known().told();
        for (Peer peer : peers.all()) {
            Request request = requests.of(peer);
            if (request.requested != 0 && peer.isListening()) {
                change.targetCreatorIds[change.targetCount] = peer.creatorId();
                change.targetRequestIds[change.targetCount] = request.requested;
                change.targetCount++;
                request.serving = request.requested;
                request.requested = 0;
                everything |= request.everything;
                covered.addAll(request.buckets);
            }
        }
        change.buckets.copyFrom(covered);
        exporter.drain(nowNanos);
        stream.append(change, nowNanos);
        stream.finish(nowNanos);
        if (hasNothing()) {
            end(nowNanos);
            stream.finish(nowNanos);
        } else {
            running = true;
            index.beginSweep();
            dump.begin(this);
        }
    }

    /** Whether each flow that is known is another live peer's to send, or doomed: a node that is new need not read its table to say so. */
    private boolean hasNothing() {
        int others = index.count(FlowEntry.DOOMED);
        for (Peer peer : peers.all()) {
            if (peer.isListening()) {
                others += owners.count(peer);
            }
        }
        return others == index.size();
    }

    @Override
    public boolean hasRoom() {
        for (Peer peer : peers.all()) {
            boolean served = requests.of(peer).serving != 0;
            if (served && stream.sequence() - peer.acked() >= Math.min(WINDOW_FRAMES, peer.window())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void onEntry(StateRecord state, long nowNanos) {
        long hash = flowHash.of(state.original, state.zone);
        exporter.onSighted(state, hash, nowNanos);
        if (!covered.has(FlowFingerprint.bucket(state))) {
            return;
        }
        long entry = index.get(hash);
        int owner = FlowEntry.owner(entry);
        if (FlowEntry.isMissing(entry)
                || FlowEntry.isDoomed(entry)
                || (FlowEntry.isPeers(entry) && (!everything || owners.isLive(owner)))) {
            return;
        }
        change.clear();
        change.action = Action.BULK;
        change.held = FlowEntry.isHolder(owner);
        change.orphan = !FlowEntry.isOwn(entry);
        if (FlowEntry.isPeers(entry)) {
            nameOwner(owners.peer(owner));
        }
        change.copiedFrom = owner == FlowEntry.COPIED ? owners.onlyPeer() : 0;
        change.untouched = index.isUntouched(hash, state.timeoutSeconds, nowNanos);
        change.version = FlowEntry.version(entry);
        change.state.copyFrom(state);
        exporter.drain(nowNanos);
        stream.append(change, nowNanos);
        count++;
    }

    private void nameOwner(@Nullable Peer owner) {
        if (owner != null) {
            change.absentOwner = owner.creatorId();
            change.absentTable = owners.table(owner);
        }
    }

    @Override
    public void onBatchEnd(boolean last, long nowNanos) {
        exporter.drain(nowNanos);
        complete |= last;
        if (complete && !exporter.deletedByProgram().isUndecided()) {
            endDump(nowNanos);
        }
        stream.finish(nowNanos);
    }

    /** What the dump did not show is no longer there: else the digest at the end would be of flows that no peer can be told of. */
    private void endDump(long nowNanos) {
        index.endSweep(nowNanos);
        end(nowNanos);
    }

    private void end(long nowNanos) {
        running = false;
        complete = false;
        change.clear();
        change.action = Action.BULK_END;
        change.bulkId = id;
        change.bulkEntries = count;
        change.bulkDigest = index.digest(FlowEntry.SELF).total();
        stream.append(change, nowNanos);
        for (Peer peer : peers.all()) {
            Request request = requests.of(peer);
            if (request.serving != 0) {
                request.served = request.serving;
                request.serving = 0;
            }
        }
    }
}
