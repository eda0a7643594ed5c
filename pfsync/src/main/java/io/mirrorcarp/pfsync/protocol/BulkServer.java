// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.message.Action;
import io.mirrorcarp.pfsync.message.BucketSet;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.StateRecord;
import org.jspecify.annotations.Nullable;

/**
 * Answers bulk requests out of a dump of the local table. One dump runs at a time and answers every request that is there
 * when it starts. It goes on while the peers that it answers keep up: the peers set the pace, and the live stream goes between its entries. A node
 * without flows answers without a dump.
 *
 * <p>Sent are the flows that this node owns and, to those who want everything, those of absent owners. The flows of another live peer
 * are left to that peer.
 */
final class BulkServer implements TableDump.Reader {
    /** Frames that may be unacknowledged before the dump waits. */
    static final int WINDOW_FRAMES = 128;

    private final TableDump dump;
    private final StreamSender stream;
    private final Exporter exporter;
    private final FlowIndex index;
    private final FlowHash flowHash;
    private final PeerTable peers;
    private final KnownTables before;
    private final Change change = new Change();
    private final BucketSet covered = new BucketSet();
    private final long[] digests = new long[Change.MAX_DIGESTS];

    private boolean running;
    private boolean everything;
    private long id;
    private long count;

    BulkServer(
            TableDump dump,
            StreamSender stream,
            Exporter exporter,
            FlowIndex index,
            FlowHash flowHash,
            PeerTable peers,
            KnownTables before) {
        this.dump = dump;
        this.stream = stream;
        this.exporter = exporter;
        this.index = index;
        this.flowHash = flowHash;
        this.peers = peers;
        this.before = before;
    }

    /** A peer asks; the same request again changes nothing. */
    void onRequest(Peer peer, long requestId, boolean wantsEverything, BucketSet buckets) {
        if (requestId != peer.servingId && requestId != peer.servedId) {
            peer.requestedId = requestId;
            peer.requestedEverything = wantsEverything;
            peer.requestedBuckets.copyFrom(buckets);
            peer.servingId = 0;
        }
    }

    /** A peer wants digests, of the flows that this node owns at this place of the stream; the same request again changes nothing. */
    void onCompare(Peer peer, long requestId, long nowNanos) {
        if (requestId == peer.comparedId) {
            return;
        }
        peer.comparedId = requestId;
        exporter.flush(nowNanos);
        for (int first = 0; first < BucketSet.BUCKETS; first += Change.MAX_DIGESTS) {
            index.digest(FlowIndex.SELF).copyTo(digests, first, Change.MAX_DIGESTS);
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
    void pump(long nowNanos) {
        if (running && !peers.anyServed()) {
            running = false;
            dump.cancel();
        }
        if (!running && dump.isFree() && peers.anyRequested()) {
            start(nowNanos);
        }
        dump.pump();
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
        for (Peer peer : peers.all()) {
            if (peer.requestedId != 0 && peer.isListening()) {
                change.targetCreatorIds[change.targetCount] = peer.creatorId;
                change.targetRequestIds[change.targetCount] = peer.requestedId;
                change.targetCount++;
                peer.servingId = peer.requestedId;
                peer.requestedId = 0;
                everything |= peer.requestedEverything;
                covered.addAll(peer.requestedBuckets);
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
            dump.begin(this);
        }
    }

    /** Whether each flow that is known is another live peer's to send, or doomed: a node that is new need not read its table to say so. */
    private boolean hasNothing() {
        int others = index.count(FlowIndex.DOOMED);
        for (Peer peer : peers.all()) {
            if (peer.isListening()) {
                others += index.count(peer.owner);
            }
        }
        return others == index.size();
    }

    @Override
    public boolean hasRoom() {
        for (Peer peer : peers.all()) {
            if (peer.servingId != 0 && stream.sequence() - peer.acked >= Math.min(WINDOW_FRAMES, peer.window)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void onEntry(StateRecord state, long nowNanos) {
        if (!covered.has(FlowFingerprint.bucket(state))) {
            return;
        }
        long hash = flowHash.of(state.original, state.zone);
        exporter.onSighted(state, hash, nowNanos);
        long entry = index.get(hash);
        int owner = FlowIndex.owner(entry);
        if (owner == FlowIndex.DOOMED || (owner > FlowIndex.DOOMED && (!everything || peers.isLive(owner)))) {
            return;
        }
        change.clear();
        change.action = Action.BULK;
        change.held = owner == FlowIndex.HELD || owner == FlowIndex.COPIED;
        change.orphan = owner != FlowIndex.SELF;
        if (owner > FlowIndex.DOOMED) {
            nameOwner(peers.byOwner(owner));
        }
        change.copiedFrom = owner == FlowIndex.COPIED ? peers.onlyPeer(before) : 0;
        change.untouched = index.isUntouched(hash, state.timeoutSeconds, nowNanos);
        change.version = FlowIndex.version(entry);
        change.state.copyFrom(state);
        exporter.drain(nowNanos);
        stream.append(change, nowNanos);
        count++;
    }

    private void nameOwner(@Nullable Peer owner) {
        if (owner != null) {
            change.absentOwner = owner.creatorId;
            change.absentTable = owner.table;
        }
    }

    @Override
    public void onBatchEnd(boolean last, long nowNanos) {
        exporter.drain(nowNanos);
        if (last) {
            end(nowNanos);
        }
        stream.finish(nowNanos);
    }

    private void end(long nowNanos) {
        running = false;
        change.clear();
        change.action = Action.BULK_END;
        change.bulkId = id;
        change.bulkEntries = count;
        change.bulkDigest = index.digest(FlowIndex.SELF).total();
        stream.append(change, nowNanos);
        for (Peer peer : peers.all()) {
            if (peer.servingId != 0) {
                peer.servedId = peer.servingId;
                peer.servingId = 0;
            }
        }
    }
}
