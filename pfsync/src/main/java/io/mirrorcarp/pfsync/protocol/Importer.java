// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.StateTable;
import io.mirrorcarp.pfsync.message.Action;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.ChangeDecoder;
import io.mirrorcarp.pfsync.message.Rejection;
import io.mirrorcarp.pfsync.message.StateRecord;
import org.jspecify.annotations.Nullable;

/** Applies the stream of a peer to the local table, as far as the peer has the right to it. */
final class Importer {
    private final FlowIndex index;
    private final FlowHash flowHash;
    private final StateTable table;
    private final PeerTable peers;
    private final PfsyncCounters counters;
    private final ReplicationSettings settings;
    private final ControlSender control;
    private final ChangeDecoder decoder = new ChangeDecoder();
    private final Change change = new Change();
    private final Verification verification;
    private final Exporter exporter;
    private final ExpiredFlows expired;
    private final RefusedFlows refused;
    private final RefusedImports refusedImports;
    private boolean unflushed;

    Importer(
            FlowHash flowHash,
            StateTable table,
            Replication.Parts parts,
            Verification verification,
            Exporter exporter) {
        this.index = parts.index();
        this.flowHash = flowHash;
        this.table = table;
        this.peers = parts.peers();
        this.settings = parts.settings();
        this.control = parts.control();
        this.counters = parts.counters();
        this.verification = verification;
        this.exporter = exporter;
        expired = new ExpiredFlows(index, table, exporter);
        refused = new RefusedFlows(index, table, peers, exporter);
        refusedImports = new RefusedImports(parts, flowHash, table, exporter);
    }

    /**
     * Applies one frame.
     *
     * @return false when a bulk update ended with entries missing, so that it must be asked for again
     */
    boolean apply(Peer peer, byte[] payload, int length, long nowNanos) {
        boolean whole = true;
        decoder.wrap(payload, 0, length);
        while (decoder.next(change)) {
            counters.increment(PfsyncCounter.in(change.action));
            whole &= apply(peer, nowNanos);
        }
        @Nullable Rejection rejection = decoder.rejection();
        if (rejection != null) {
            counters.increment(PfsyncCounter.of(rejection));
        }
        return whole;
    }

    private boolean apply(Peer peer, long nowNanos) {
        switch (change.action) {
            case INSERT, UPDATE -> applyTold(peer, nowNanos);
            case DELETE -> applyDelete(peer, nowNanos);
            case BULK -> {
                if (peer.wish.onEntry(nowNanos)) {
                    applyTold(peer, nowNanos);
                }
            }
            case BULK_START -> applyStart(peer, nowNanos);
            case DIGESTS -> peer.wish.onDigests(change, index.digest(peer.owner), nowNanos);
            case BULK_END -> {
                return applyEnd(peer, nowNanos);
            }
        }
        return true;
    }

    private void applyStart(Peer peer, long nowNanos) {
        for (int i = 0; i < change.targetCount; i++) {
            if (change.targetCreatorIds[i] == settings.creatorId()
                    && peer.wish.onStart(change.targetRequestIds[i], change, nowNanos)) {
                if (peer.hasDigests) {
                    index.unname(peer.owner, peer.wish.part());
                }
            }
        }
    }

    private boolean applyEnd(Peer peer, long nowNanos) {
        BulkWish wish = peer.wish;
        if (!wish.isRunning(change.bulkId)) {
            return true;
        }
        if (!wish.isWhole(change.bulkEntries)) {
            return false;
        }
        if (peer.hasDigests) {
            counters.add(PfsyncCounter.ENDED_UNTOLD, index.doomUnnamed(peer.owner, wish.part()));
        }
        wish.onEnd(change.bulkDigest == index.digest(peer.owner).total(), nowNanos);
        return true;
    }

    private void applyTold(Peer peer, long nowNanos) {
        if (change.orphan && !change.held) {
            applyOrphan(peer, nowNanos);
        } else {
            applyState(peer, nowNanos);
        }
    }

    /** A flow that the peer keeps for an absent owner: taken where nothing, or less, is known of it. */
    private void applyOrphan(Peer peer, long nowNanos) {
        long hash = flowHash.of(change.state.original, change.state.zone);
        long entry = index.get(hash);
        int owner = absentOwner(nowNanos);
        if (peers.isLive(owner) || isBehind(entry, peer)) {
            return;
        }
        if (entry == FlowIndex.ABSENT && compareClaim(hash, entry, peer) <= 0) {
            refuse(hash, entry, nowNanos);
        } else if (entry == FlowIndex.ABSENT || yieldsToAbsent(entry, owner, peer)) {
            take(hash, entry, owner, nowNanos);
        }
    }

    /** Whether a flow that is here is rather the absent owner's. Between a node that holds it and an absent owner the version decides, as in {@link #compareClaim}. */
    private boolean yieldsToAbsent(long entry, int absentOwner, Peer peer) {
        int owner = FlowIndex.owner(entry);
        return switch (owner) {
            case FlowIndex.SELF -> false;
            case FlowIndex.HELD, FlowIndex.COPIED ->
                Integer.compareUnsigned(change.version, FlowIndex.version(entry)) >= 0;
            case FlowIndex.DOOMED -> true;
            default -> owner == peer.owner || (owner == absentOwner && isNewer(entry));
        };
    }

    /**
     * The number of the owner of an orphan. One of whom only this peer tells gets a place, so that it must name its flows should it come back with the table of
     * before. One who is not told, or for whom there is no place, will not come back.
     */
    private int absentOwner(long nowNanos) {
        if (change.absentOwner == 0 || change.absentOwner == settings.creatorId()) {
            return FlowIndex.HELD;
        }
        Peer absent = peers.find(change.absentOwner);
        if (absent == null && !peers.isFull()) {
            absent = new Peer(change.absentOwner, control.number(), nowNanos);
            peers.add(absent);
        }
        if (absent != null && !absent.hasFlows()) {
            absent.owner = index.newOwner();
            peers.onTable(absent, change.absentTable);
        }
        return absent == null ? FlowIndex.HELD : absent.owner;
    }

    private boolean isNewer(long entry) {
        return Integer.compareUnsigned(change.version, FlowIndex.version(entry)) > 0;
    }

    private void applyState(Peer peer, long nowNanos) {
        long hash = flowHash.of(change.state.original, change.state.zone);
        long entry = index.get(hash);
        if (change.action == Action.BULK) {
            verification.onBulkEntry(peer, change.state, change.version, hash, entry);
        }
        boolean behind = isBehind(entry, peer);
        if (behind || !yieldsTo(hash, entry, peer)) {
            refuse(hash, entry, nowNanos);
            boolean orphan = change.held && entry != FlowIndex.ABSENT && isAbsent(FlowIndex.owner(entry));
            if (behind || orphan || deservesAnswer(entry)) {
                answer(hash, orphan, nowNanos);
            }
            return;
        }
        take(hash, entry, peer.owner, nowNanos);
    }

    /**
     * Notes the owner of the flow, and writes it into the kernel. Not where a bulk update names what the kernel has already: that would set its timer, which tells
     * whether packets of it were seen here.
     */
    private void take(long hash, long entry, int owner, long nowNanos) {
        if (change.action == Action.BULK
                && entry != FlowIndex.ABSENT
                && !FlowIndex.isMissing(entry)
                && index.fingerprint(hash) == FlowFingerprint.of(change.state)) {
            index.assign(hash, owner, change.version, change.held);
        } else {
            index.put(hash, change.state, owner, change.version, change.held);
            write(hash, nowNanos);
        }
    }

    /** Whether the sender of an older change is told this node's newer one. One that came further will be told by the sender; digests see to a bulk entry. */
    private boolean deservesAnswer(long entry) {
        return change.action != Action.BULK
                && entry != FlowIndex.ABSENT
                && FlowIndex.owner(entry) == FlowIndex.SELF
                && !FlowProgress.isBehind(FlowIndex.progress(entry), FlowProgress.of(change.state));
    }

    private void answer(long hash, boolean orphan, long nowNanos) {
        if (refused.isFull()) {
            settleRefused(nowNanos);
        }
        refused.add(change, hash, orphan);
    }

    /**
     * Whether the sender has not seen how far a flow has come, which only this node can tell it: the flow is its own, or that of nobody who is there. A
     * version does not show that, since the claim of a node that missed a change counts more than the change. The owner is believed whatever
     * it says, and a flow that begins anew is another one. A state that the sender's kernel did not show is no state.
     */
    private boolean isBehind(long entry, Peer peer) {
        if (entry == FlowIndex.ABSENT || FlowIndex.isMissing(entry)) {
            return false;
        }
        int owner = FlowIndex.owner(entry);
        boolean anew = change.action == Action.INSERT && FlowProgress.beginsAnew(change.state);
        boolean comparable = FlowProgress.isOfOne(change.state) || (change.held && FlowIndex.isHeld(entry));
        return owner != peer.owner
                && owner != FlowIndex.DOOMED
                && !peers.isLive(owner)
                && !anew
                && comparable
                && FlowProgress.isShown(change.state)
                && FlowProgress.isBehind(FlowProgress.of(change.state), FlowIndex.progress(entry));
    }

    /** Does not take what is older than what is known. A peer that still has a flow that ended is told of the end, since nobody else may tell it. */
    private void refuse(long hash, long entry, long nowNanos) {
        counters.increment(PfsyncCounter.STALE);
        if (entry == FlowIndex.ABSENT) {
            exporter.answerEnded(change.state, hash, nowNanos);
        }
    }

    /**
     * How the sender's claim of a flow stands to what is known of it: above 0 where it is the better one, below 0 where it is the worse, 0 where both
     * are of one version. An absent owner only holds its flows. A flow that ended lately is claimed by its end.
     */
    private int compareClaim(long hash, long entry, Peer peer) {
        if (entry == FlowIndex.ABSENT) {
            long ended = index.endedVersion(hash);
            if (ended == EndedFlows.NONE) {
                return change.held && change.copiedFrom == settings.creatorId() ? -1 : 1;
            }
            return change.held ? -1 : Integer.compareUnsigned(change.version, (int) ended);
        }
        int owner = FlowIndex.owner(entry);
        if (owner == peer.owner || owner == FlowIndex.DOOMED) {
            return 1;
        }
        boolean absent = isAbsent(owner);
        if (change.held != (absent || FlowIndex.isHeld(entry))) {
            return change.held ? -1 : 1;
        }
        if (absent) {
            return isNewer(entry) ? 1 : -1;
        }
        boolean copyOfPeers = owner == FlowIndex.COPIED && peers.onlyPeer(settings.before()) == peer.creatorId;
        boolean copyOfOwn = change.copiedFrom == settings.creatorId();
        if (copyOfPeers != copyOfOwn) {
            return copyOfOwn ? -1 : 1;
        }
        return Integer.compareUnsigned(change.version, FlowIndex.version(entry));
    }

    private boolean isAbsent(int owner) {
        return owner > FlowIndex.DOOMED && !peers.isLive(owner);
    }

    /** The better claim owns the flow; of equal ones, which were made at the same time, that of the higher creator id. */
    private boolean yieldsTo(long hash, long entry, Peer peer) {
        int order = compareClaim(hash, entry, peer);
        return order > 0
                || (order == 0
                        && entry != FlowIndex.ABSENT
                        && Integer.compareUnsigned(peer.creatorId, creatorIdOf(FlowIndex.owner(entry))) > 0);
    }

    private int creatorIdOf(int owner) {
        Peer peer = peers.byOwner(owner);
        return peer == null ? settings.creatorId() : peer.creatorId;
    }

    private void applyDelete(Peer peer, long nowNanos) {
        long hash = flowHash.of(change.state.original, change.state.zone);
        long entry = index.get(hash);
        if (compareClaim(hash, entry, peer) <= 0) {
            counters.increment(PfsyncCounter.STALE);
            return;
        }
        if (change.evicted) {
            onEvicted(hash, entry, peer);
            return;
        }
        boolean question = change.expired
                || (entry != FlowIndex.ABSENT && FlowIndex.isHeld(entry) && FlowIndex.owner(entry) < FlowIndex.DOOMED);
        if (question && entry != FlowIndex.ABSENT && !FlowIndex.isMissing(entry)) {
            if (expired.isFull()) {
                settleExpired(nowNanos);
            }
            expired.add(change, hash, entry);
            return;
        }
        index.end(hash, change.version, nowNanos);
        table.delete(change.state);
        unflushed = true;
    }

    /** The owner's kernel gave a flow up, which has not ended: it stays here. Its owner has it no longer, so neither counts it. */
    private void onEvicted(long hash, long entry, Peer peer) {
        if (entry != FlowIndex.ABSENT && FlowIndex.owner(entry) == peer.owner) {
            index.markMissing(hash);
        }
    }

    /** Deletes a flow that its owner no longer has. */
    void deleteEnded(StateRecord state) {
        verification.onEnded(state);
        table.delete(state);
        unflushed = true;
    }

    private void write(long hash, long nowNanos) {
        // A copy's timeout was stretched where it was imported first, and is told rounded down.
        change.state.timeoutSeconds =
                change.untouched ? change.state.timeoutSeconds + 1 : TimeoutStretch.seconds(change.state);
        index.setTimeout(hash, change.state.timeoutSeconds, nowNanos);
        switch (change.action) {
            case UPDATE -> table.update(change.state);
            default -> table.insert(change.state);
        }
        unflushed = true;
    }

    private void settleExpired(long nowNanos) {
        table.flush();
        expired.settle(nowNanos);
        unflushed = true;
    }

    private void settleRefused(long nowNanos) {
        table.flush();
        refused.settle(nowNanos);
    }

    /** Sees to it that everything applied is in the kernel. */
    void flush(long nowNanos) {
        if (!refused.isEmpty()) {
            settleRefused(nowNanos);
        }
        if (!expired.isEmpty()) {
            settleExpired(nowNanos);
        }
        if (unflushed) {
            unflushed = false;
            table.flush();
            refusedImports.settle(nowNanos);
        }
    }
}
