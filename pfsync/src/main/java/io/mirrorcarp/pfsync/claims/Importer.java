// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.pfsync.StateTable;
import io.mirrorcarp.pfsync.flows.FlowEntry;
import io.mirrorcarp.pfsync.flows.FlowFingerprint;
import io.mirrorcarp.pfsync.flows.FlowHash;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.flows.TimeoutStretch;
import io.mirrorcarp.pfsync.message.Action;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.pfsync.session.ControlSender;
import io.mirrorcarp.pfsync.session.Peer;
import io.mirrorcarp.pfsync.session.PeerTable;
import io.mirrorcarp.pfsync.session.PfsyncCounter;

/** Applies what a peer tells to the local table, as far as the peer has the right to it. */
public final class Importer {
    /** How many changes are written before the table is told to carry them out. */
    private static final int MOST_UNFLUSHED = 512;

    private final FlowIndex index;
    private final FlowHash flowHash;
    private final StateTable table;
    private final PeerTable peers;
    private final Owners owners;
    private final CounterSet<PfsyncCounter> counters;
    private final int creatorId;
    private final ControlSender control;
    private final Answers answers;
    private final ClaimOrder order;
    private final ExpiredFlows expired;
    private final RefusedFlows refused;
    private final EvictedFlows evicted;
    private final RefusedImports refusedImports;
    private final Exporter exporter;
    private final YoungImports young = new YoungImports();
    private final Change grownChange = new Change();
    private boolean unflushed;
    private int written;

    /** @param exporter to answer who is behind */
    public Importer(ClaimParts parts, Exporter exporter) {
        index = parts.index();
        flowHash = parts.flowHash();
        table = parts.table();
        owners = parts.owners();
        peers = parts.session().peers();
        creatorId = parts.session().settings().creatorId();
        control = parts.session().control();
        counters = parts.session().counters();
        order = new ClaimOrder(parts);
        answers = new Answers(parts, exporter);
        this.exporter = exporter;
        expired = new ExpiredFlows(index, table, answers);
        refused = new RefusedFlows(parts, answers);
        evicted = new EvictedFlows(index, table, exporter, answers);
        refusedImports = new RefusedImports(parts, exporter);
    }

    /** Applies one change: {@link Action#INSERT}, {@link Action#UPDATE}, {@link Action#DELETE} or {@link Action#BULK}. */
    public void apply(Peer peer, Change change, long nowNanos) {
        if (change.action == Action.DELETE) {
            applyDelete(peer, change, nowNanos);
        } else if (change.orphan && !change.held) {
            applyOrphan(peer, change, nowNanos);
        } else {
            applyState(peer, change, nowNanos);
        }
    }

    /** A flow that the peer keeps for an absent owner: taken where nothing, or less, is known of it. */
    private void applyOrphan(Peer peer, Change change, long nowNanos) {
        long hash = flowHash.of(change.state.original, change.state.zone);
        long entry = index.get(hash);
        int owner = absentOwner(change, nowNanos);
        if (owners.isLive(owner) || order.isBehind(change, entry, peer)) {
            return;
        }
        if (entry == FlowEntry.ABSENT && (index.wasDeliberate(hash) || order.compare(change, hash, entry, peer) <= 0)) {
            refuse(change, hash, entry, nowNanos);
        } else if (entry == FlowEntry.ABSENT || order.yieldsToAbsent(change, entry, owner, peer)) {
            take(change, hash, entry, owner, nowNanos);
        }
    }

    /**
     * The number of the owner of an orphan. One of whom only this peer tells gets a place, so that it must name its flows should it come back with the table of
     * before. One who is not told, or for whom there is no place, will not come back.
     */
    private int absentOwner(Change change, long nowNanos) {
        if (change.absentOwner == 0 || change.absentOwner == creatorId) {
            return FlowEntry.HELD;
        }
        Peer absent = peers.find(change.absentOwner);
        if (absent == null && !peers.isFull()) {
            absent = new Peer(change.absentOwner, control.number(), nowNanos);
            peers.add(absent);
        }
        if (absent == null) {
            return FlowEntry.HELD;
        }
        owners.keepAbsent(absent, change.absentTable);
        return owners.of(absent);
    }

    private void applyState(Peer peer, Change change, long nowNanos) {
        long hash = flowHash.of(change.state.original, change.state.zone);
        long entry = index.get(hash);
        if (order.missedDeletion(change, hash, entry)) {
            refuse(change, hash, entry, nowNanos);
            return;
        }
        boolean behind = order.isBehind(change, entry, peer);
        if (behind || !order.yieldsTo(change, hash, entry, peer)) {
            refuse(change, hash, entry, nowNanos);
            boolean orphan = change.held && order.isAbsent(entry);
            if (behind || orphan || ClaimOrder.deservesAnswer(change, entry)) {
                answer(change, hash, orphan, nowNanos);
            }
            return;
        }
        take(change, hash, entry, owners.of(peer), nowNanos);
    }

    /**
     * Notes the owner of the flow, and writes it into the kernel. Not where a bulk update names what the kernel has already: that would set its timer, which tells
     * whether packets of it were seen here.
     */
    private void take(Change change, long hash, long entry, int owner, long nowNanos) {
        if (change.action == Action.BULK
                && FlowEntry.isHere(entry)
                && !isAdmittedNow(change.state, hash)
                && index.fingerprint(hash) == FlowFingerprint.of(change.state)) {
            index.assign(hash, owner, change.version, change.held);
        } else {
            boolean here = FlowEntry.isHere(entry) && !index.isWithheld(hash);
            boolean sameLife = here && FlowEntry.owner(entry) == owner && change.action == Action.UPDATE;
            index.put(hash, change.state, owner, change.version, change.held);
            if (here) {
                write(change, hash, sameLife, nowNanos);
            } else {
                bringIn(change, hash, entry, nowNanos);
            }
        }
    }

    /** Writes a flow into the kernel that is not there, unless the filter keeps it out, or it is too young. What a bulk update names may be of any age. */
    private void bringIn(Change change, long hash, long entry, long nowNanos) {
        boolean taken = table.takes(change.state);
        if (taken && young.update(change.state, hash, nowNanos)) {
            index.withhold(hash);
            return;
        }
        boolean begins = entry == FlowEntry.ABSENT && change.action != Action.BULK;
        if (taken && !(begins && young.add(change.state, hash, nowNanos))) {
            write(change, hash, false, nowNanos);
        } else {
            index.withhold(hash);
            counters.increment(PfsyncCounter.WITHHELD);
        }
    }

    /** Flows of peers that come from now on wait until they are so old; one that ends before never comes into the kernel. */
    public void holdBack(long nanos) {
        young.holdBack(nanos);
    }

    /** When {@link #flush} has a flow that is old enough, or {@link Long#MAX_VALUE}. */
    public long grownNanos() {
        return young.grownNanos();
    }

    private void bringInGrown(long nowNanos) {
        for (YoungImports.Waiting grown = young.take(nowNanos); grown != null; grown = young.take(nowNanos)) {
            if (index.isWithheld(grown.hash) && table.takes(grown.state)) {
                grownChange.state.copyFrom(grown.state);
                write(grownChange, grown.hash, false, nowNanos);
            }
        }
    }

    /** Whether a flow that was kept out of the kernel is wanted there now: the filter has changed meanwhile. */
    private boolean isAdmittedNow(StateRecord state, long hash) {
        return index.isWithheld(hash) && table.takes(state);
    }

    private void answer(Change change, long hash, boolean orphan, long nowNanos) {
        if (refused.isFull()) {
            settleRefused(nowNanos);
        }
        refused.add(change, hash, orphan);
    }

    /** Does not take what is older than what is known. A peer that still has a flow that ended is told of the end, since nobody else may tell it. */
    private void refuse(Change change, long hash, long entry, long nowNanos) {
        counters.increment(PfsyncCounter.STALE);
        if (entry == FlowEntry.ABSENT) {
            answers.ended(change.state, hash, change.version, nowNanos);
        }
    }

    private void applyDelete(Peer peer, Change change, long nowNanos) {
        long hash = flowHash.of(change.state.original, change.state.zone);
        long entry = index.get(hash);
        if (order.compare(change, hash, entry, peer) <= 0) {
            counters.increment(PfsyncCounter.STALE);
            return;
        }
        if (change.evicted && !change.expired) {
            onEvicted(change, hash, entry, peer, nowNanos);
            return;
        }
        boolean question = change.expired || (FlowEntry.isOurs(entry) && !FlowEntry.isOwn(entry));
        if (question && !change.deliberate && FlowEntry.isHere(entry)) {
            if (expired.isFull()) {
                settleExpired(nowNanos);
            }
            expired.add(change, hash, entry, change.evicted && exporter.isMaster());
            return;
        }
        young.remove(hash);
        index.end(hash, change.version, change.deliberate, nowNanos);
        table.delete(change.state);
        unflushed = true;
    }

    /** The owner's kernel gave a flow up, which has not ended: it stays here. Its owner has it no longer, so neither counts it until it is claimed. */
    private void onEvicted(Change change, long hash, long entry, Peer peer, long nowNanos) {
        if (FlowEntry.isPeers(entry) && FlowEntry.owner(entry) == owners.of(peer)) {
            boolean here = FlowEntry.isHere(entry);
            index.markMissing(hash);
            if (here) {
                evicted.add(change, hash, nowNanos);
            }
        }
    }

    /**
     * Claims a flow that its owner no longer has, and whose packets come here.
     *
     * @param version the last that is known
     */
    public void claimInUse(StateRecord state, int version, long nowNanos) {
        answers.inUse(state, version, nowNanos);
    }

    /** Deletes a flow that its owner no longer has. */
    public void deleteEnded(StateRecord state) {
        table.delete(state);
        unflushed = true;
    }

    /**
     * Writes a flow into the kernel. An update finds its flow by the original tuple alone and cannot change the translation, so it is for what the same owner told
     * before. Everything else is an insertion, which compares the translation of what is there.
     */
    private void write(Change change, long hash, boolean sameLife, long nowNanos) {
        // A copy's timeout was stretched where it was imported first, and is told rounded down.
        change.state.timeoutSeconds =
                change.untouched ? change.state.timeoutSeconds + 1 : TimeoutStretch.seconds(change.state);
        index.setTimeout(hash, change.state.timeoutSeconds, nowNanos);
        if (sameLife) {
            table.update(change.state);
        } else {
            table.insert(change.state);
        }
        unflushed = true;
        written++;
        if (written == MOST_UNFLUSHED) {
            flush(nowNanos);
        }
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
    public void flush(long nowNanos) {
        if (!refused.isEmpty()) {
            settleRefused(nowNanos);
        }
        if (!expired.isEmpty()) {
            settleExpired(nowNanos);
        }
        bringInGrown(nowNanos);
        if (unflushed) {
            unflushed = false;
            written = 0;
            table.flush();
            refusedImports.settle(nowNanos);
        }
        if (evicted.isDue(nowNanos)) {
            evicted.settle(nowNanos);
        }
    }
}
