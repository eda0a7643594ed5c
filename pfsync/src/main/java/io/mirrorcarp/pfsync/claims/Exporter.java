// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.pfsync.StateTable;
import io.mirrorcarp.pfsync.flows.FlowEntry;
import io.mirrorcarp.pfsync.flows.FlowFingerprint;
import io.mirrorcarp.pfsync.flows.FlowHash;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.flows.FlowProgress;
import io.mirrorcarp.pfsync.flows.TimeoutStretch;
import io.mirrorcarp.pfsync.message.Action;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.FlowEnd;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.pfsync.session.PeerTable;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.mirrorcarp.pfsync.session.StreamSender;

/**
 * Tells the peers what the local kernel's packets do, and answers those that are behind. A flow is this node's from the first change that a packet causes here,
 * also one that came as a copy. Who owns or holds a flow tells of its end; what a program deletes only when it is clear that this was no flush. What the kernel
 * does to a copy stays here, but for one whose timer ran out when its owner is absent, or packets that came here had set it: the others are asked.
 */
public final class Exporter {
    /**
     * What a change adds to the version of a flow that was not this node's. More than a change by the owner adds, so that the node to which a flow
     * moved wins over what its old owner did before it knew.
     */
    public static final int CLAIM_STEP = 16;

    /**
     * The same for a flow that this life of the node found in the kernel or met alone: how often it changed before is not known, and a peer that
     * missed what happened here must not win.
     */
    public static final int UNKNOWN_STEP = 1 << 14;

    /** The same for what the local kernel shows of a peer's flow and its owner did not tell: more than what others may have heard of the owner meanwhile, less than a claim. */
    private static final int SEEN_STEP = 8;

    /** A peer with this many unacknowledged frames lags. */
    private static final int LAGGING_FRAMES = 256;

    /** Changes that wait for the end of a burst. */
    private static final int PENDING = 256;

    private static final long COMPANY_NANOS = 10_000_000;

    private static final int SCTP = 132;

    private final FlowIndex index;
    private final FlowHash flowHash;
    private final StateTable table;
    private final StreamSender stream;
    private final PendingChanges pending;
    private final PeerTable peers;
    private final Owners owners;
    private final CounterSet<PfsyncCounter> counters;
    private final DeletedByProgram deletedByProgram;
    private final YoungFlows young = new YoungFlows();
    private final StateRecord youngKey = new StateRecord();
    private final StateRecord grown = new StateRecord();
    private boolean master;
    private boolean open;

    /** Tells nobody until {@link #setOpen}. */
    public Exporter(ClaimParts parts) {
        index = parts.index();
        flowHash = parts.flowHash();
        table = parts.table();
        owners = parts.owners();
        stream = parts.session().stream();
        peers = parts.session().peers();
        counters = parts.session().counters();
        pending = new PendingChanges(PENDING, parts.session().settings().maxUpdates());
        deletedByProgram = new DeletedByProgram(index, table, this);
    }

    /** Sends from now on, or no longer: without a listener the changes are only noted. */
    public void setOpen(boolean open, long nowNanos) {
        if (!open) {
            drain(nowNanos);
            stream.finish(nowNanos);
        }
        this.open = open;
    }

    public boolean isOpen() {
        return open;
    }

    /** Whether this node is master of a virtual host: what is deleted here by hand is deleted everywhere, whoever owns it. */
    public void setMaster(boolean newMaster) {
        master = newMaster;
        deletedByProgram.setMaster(newMaster);
    }

    /** Whether this node is master of a virtual host. */
    boolean isMaster() {
        return master;
    }

    public void onInsert(StateRecord state, long nowNanos) {
        long hash = flowHash.of(state.original, state.zone);
        long entry = index.get(hash);
        if (isHeldBack(state, hash, entry, nowNanos)) {
            makeRoom(state, entry);
            return;
        }
        claim(Action.INSERT, state, hash, entry, nowNanos);
    }

    private boolean isHeldBack(StateRecord state, long hash, long entry, long nowNanos) {
        return (state.byProgram && !master && isLocal(state, hash, entry))
                || (entry == FlowEntry.ABSENT && young.isHeldBack(state, hash, nowNanos));
    }

    /** What a program put in the place of a deleted copy goes: the owner of the copy tells it again. */
    private void makeRoom(StateRecord state, long entry) {
        if (state.byProgram && entry != FlowEntry.ABSENT && FlowEntry.isMissing(entry)) {
            table.delete(state);
            table.flush();
        }
    }

    /**
     * What a program makes or changes on a backup is no claim: packets of the flow may pass by the master, and its kernel would write what the program said over a
     * living flow. A flow that nobody knows stays in this kernel alone, and gives way to whatever is told of it. A copy is still its owner's, who tells it again
     * where it differs now.
     */
    private boolean isLocal(StateRecord state, long hash, long entry) {
        if (entry == FlowEntry.ABSENT) {
            index.put(hash, state, FlowEntry.HELD, 0);
            index.markMissing(hash);
            return true;
        }
        if (FlowEntry.isHere(entry) && owners.isLive(FlowEntry.owner(entry))) {
            index.setContent(hash, state);
            return true;
        }
        return FlowEntry.isMissing(entry);
    }

    public void onUpdate(StateRecord state, long nowNanos) {
        long hash = flowHash.of(state.original, state.zone);
        long entry = index.get(hash);
        if (isHeldBack(state, hash, entry, nowNanos)) {
            return;
        }
        update(state, hash, entry, nowNanos);
    }

    /** Whether a dump may tell of a flow: it is one of those that are told, or is known already. */
    public boolean mayTell(StateRecord state) {
        return state.admitted || index.get(flowHash.of(state.original, state.zone)) != FlowEntry.ABSENT;
    }

    /** When so many updates of one flow were merged into one, it is sent without waiting for the end of the burst: pfsync's maxupd, 0 to 255. */
    public void mergeAtMost(int updates) {
        pending.mergeAtMost(updates);
    }

    /** Flows are told when they are so old; one that ends before is never told. Those that wait already wait as long as was said then. */
    public void holdBack(long nanos) {
        young.holdBack(nanos);
    }

    /** Tells of the flows that are old enough now. */
    private void tellGrown(long nowNanos) {
        while (young.isGrown(nowNanos)) {
            long hash = young.take(youngKey);
            if (index.get(hash) == FlowEntry.ABSENT && table.find(youngKey, grown) && grown.admitted) {
                claim(Action.INSERT, grown, hash, FlowEntry.ABSENT, nowNanos);
            }
        }
    }

    private void update(StateRecord state, long hash, long entry, long nowNanos) {
        claim(Action.UPDATE, state, hash, tellHandshake(state, hash, entry, nowNanos), nowNanos);
    }

    /**
     * The handshake of a TCP connection may not have been told. Where a copy of the connection before is missing, whose owner may know that it came further, the
     * new one is told from its handshake on: an established connection would look like one whose end was missed.
     *
     * @return the entry of the flow then
     */
    private long tellHandshake(StateRecord state, long hash, long entry, long nowNanos) {
        boolean established =
                state.original.protocol == FlowProgress.TCP && state.protocolState == FlowProgress.ESTABLISHED;
        if (!established || entry == FlowEntry.ABSENT || !FlowEntry.isMissing(entry)) {
            return entry;
        }
        state.protocolState = FlowProgress.SYN_RECV;
        claim(Action.INSERT, state, hash, entry, nowNanos);
        drain(nowNanos);
        state.protocolState = FlowProgress.ESTABLISHED;
        return index.get(hash);
    }

    /** A dump shows that the local kernel has a flow: what no event told of it is told now. */
    public void onSighted(StateRecord state, long hash, long nowNanos) {
        long entry = index.get(hash);
        if (entry != FlowEntry.ABSENT && FlowEntry.isMissing(entry) && FlowEntry.isOurs(entry)) {
            // A program made it on a backup, or what is to become of it is not decided yet.
            index.sight(hash);
        } else if (entry == FlowEntry.ABSENT || FlowEntry.isMissing(entry)) {
            claim(Action.INSERT, state, hash, tellHandshake(state, hash, entry, nowNanos), nowNanos);
        } else if (FlowEntry.isOurs(entry)
                && showsState(state)
                && index.fingerprint(hash) != FlowFingerprint.of(state)) {
            update(state, hash, entry, nowNanos);
        } else if (FlowEntry.isPeers(entry)
                && FlowProgress.isBehind(FlowEntry.progress(entry), FlowProgress.of(state))) {
            // A packet did that here, and its event was lost: the owner does not know.
            update(state, hash, entry, nowNanos);
        } else if (FlowEntry.isPeers(entry) && showsState(state) && !index.hasDetail(hash, state)) {
            // Which of the two is behind is not to be seen: the digests differ then, and the owner tells it again. If
            // it goes before that, nobody knows more than this node.
            index.setContent(hash, state);
            index.raise(hash, SEEN_STEP);
            index.sight(hash);
        } else {
            index.sight(hash);
        }
    }

    /** Whether the kernel showed the state of the protocol: it does not for an offloaded flow. */
    private static boolean showsState(StateRecord state) {
        int protocol = state.original.protocol;
        return state.protocolState != 0 || (protocol != FlowProgress.TCP && protocol != SCTP);
    }

    private void claim(Action action, StateRecord state, long hash, long entry, long nowNanos) {
        boolean fresh = entry == FlowEntry.ABSENT && index.endedVersion(hash) == FlowIndex.NOT_ENDED;
        int next = fresh ? firstVersion(action) : nextVersion(hash, entry);
        index.put(hash, state, FlowEntry.SELF, next);
        // A flow whose beginning was not told is new to the peers' kernels all the same.
        Action told = entry == FlowEntry.ABSENT ? Action.INSERT : action;
        export(told, state, next, hash, fresh && action == Action.INSERT, FlowEnd.CLOSED, nowNanos);
    }

    /** Of a flow of which nothing is known. What the kernel created while somebody was listening is new to all. */
    private int firstVersion(Action action) {
        return open && action == Action.INSERT ? 0 : UNKNOWN_STEP;
    }

    /** The version of the next change by this node. */
    int nextVersion(long hash, long entry) {
        if (entry == FlowEntry.ABSENT) {
            return (int) index.endedVersion(hash) + CLAIM_STEP;
        }
        int version = FlowEntry.version(entry);
        if (FlowEntry.isOwn(entry)) {
            return version + 1;
        }
        return version + (FlowEntry.isOurs(entry) ? UNKNOWN_STEP : CLAIM_STEP);
    }

    /** A flow ended in the local kernel. */
    public void onDelete(StateRecord state, FlowEnd end, long nowNanos) {
        long hash = flowHash.of(state.original, state.zone);
        long entry = index.get(hash);
        if (entry == FlowEntry.ABSENT) {
            return;
        }
        boolean ours = FlowEntry.isOurs(entry);
        if (end == FlowEnd.DELETED && (ours || master)) {
            deletedByProgram.add(state, hash, entry, nowNanos);
        } else if (end == FlowEnd.EVICTED && ours) {
            index.remove(hash);
            export(Action.DELETE, state, FlowEntry.version(entry), hash, false, end, nowNanos);
        } else {
            end(state, hash, entry, end, nowNanos);
        }
    }

    private void end(StateRecord state, long hash, long entry, FlowEnd end, long nowNanos) {
        boolean ours = FlowEntry.isOurs(entry);
        // Where packets of a copy were seen, the end of its timer is a question as well: the flow may have moved here
        // without an event.
        boolean seenHere = end == FlowEnd.CLOSED || (end == FlowEnd.EXPIRED && index.wasLocalTimer(hash, nowNanos));
        if (owners.isLive(FlowEntry.owner(entry)) && !seenHere) {
            index.markMissing(hash);
            return;
        }
        // What was found and ends before a peer claimed it is told as well: who owns it does not believe it.
        if (ours || end == FlowEnd.EXPIRED || end == FlowEnd.CLOSED) {
            boolean over = end == FlowEnd.EXPIRED && TimeoutStretch.isClosing(state);
            end(state, hash, endVersion(entry), over ? FlowEnd.CLOSED : end, nowNanos);
        } else {
            index.remove(hash);
        }
    }

    static int endVersion(long entry) {
        return FlowEntry.version(entry) + (FlowEntry.isOurs(entry) ? 0 : CLAIM_STEP);
    }

    /** Notes and tells that a flow has ended, after so many changes. */
    void end(StateRecord state, long hash, int version, FlowEnd end, long nowNanos) {
        index.end(hash, version, end == FlowEnd.DELETED, nowNanos);
        export(Action.DELETE, state, version, hash, false, end, nowNanos);
    }

    /** What programs delete from the local table. */
    public DeletedByProgram deletedByProgram() {
        return deletedByProgram;
    }

    /** Ends a flow of this node that gives way to another. */
    void giveUp(StateRecord state, long hash, int version, long nowNanos) {
        end(state, hash, version, FlowEnd.CLOSED, nowNanos);
    }

    /**
     * The administrator ends a flow for all nodes, whoever owns it. The end of what is not this node's own counts for more than what its owner knows. The entry of
     * the local kernel is left to who calls: its end is no news then.
     */
    public void endOnPurpose(StateRecord state, long nowNanos) {
        long hash = flowHash.of(state.original, state.zone);
        long entry = index.get(hash);
        if (entry == FlowEntry.ABSENT) {
            return;
        }
        int version = FlowEntry.isOwn(entry) ? FlowEntry.version(entry) : nextVersion(hash, entry);
        end(state, hash, version, FlowEnd.DELETED, nowNanos);
    }

    /**
     * Notes that a flow is this node's, and tells what its kernel has of it, under a version that the caller chose. No packet did that, so what is known of the timer stays: one that an
     * import set tells nothing of packets when the end is asked for again.
     */
    void tell(StateRecord state, long hash, int version, long nowNanos) {
        index.claim(hash, state, version);
        export(Action.UPDATE, state, version, hash, false, FlowEnd.CLOSED, nowNanos);
    }

    /** Tells the end of a flow that this node notes no longer. */
    void tellEnd(StateRecord state, long hash, int version, long nowNanos) {
        export(Action.DELETE, state, version, hash, false, FlowEnd.CLOSED, nowNanos);
    }

    /** Tells of a flow that is not this node's, behind what waits to be told. */
    void tellOrphan(Change orphan, long nowNanos) {
        drain(nowNanos);
        stream.append(orphan, nowNanos);
    }

    private void export(
            Action action, StateRecord state, int version, long hash, boolean fresh, FlowEnd end, long nowNanos) {
        if (!open) {
            return;
        }
        if (pending.isFull()) {
            drain(nowNanos);
        }
        if (pending.add(action, state, version, hash, fresh, end)) {
            counters.increment(PfsyncCounter.MERGED);
        }
        if (pending.isOverdue()) {
            flush(nowNanos);
        }
    }

    /** Puts what is waiting into the stream; the last frame stays open. */
    public void drain(long nowNanos) {
        if (!pending.isEmpty()) {
            pending.drainTo(stream, nowNanos);
        }
    }

    /**
     * Sends what is waiting, at the end of a burst. While peers lag, a frame that is not full waits a little for company: many short frames would
     * push those that a peer still lacks out of the ring.
     */
    public void flushBurst(long nowNanos) {
        deletedByProgram.settleDue(nowNanos);
        tellGrown(nowNanos);
        drain(nowNanos);
        boolean late = stream.isWaiting() && nowNanos - stream.waitingSinceNanos() >= COMPANY_NANOS;
        if (late || peers.keepUp(stream.sequence(), LAGGING_FRAMES)) {
            stream.finish(nowNanos);
        }
    }

    /** When {@link #flushBurst(long)} has something to send, or {@link Long#MAX_VALUE}. */
    public long deadlineNanos() {
        long company = stream.isWaiting() ? stream.waitingSinceNanos() + COMPANY_NANOS : Long.MAX_VALUE;
        return Math.min(Math.min(company, deletedByProgram.endNanos()), young.grownNanos());
    }

    /** Sends what is waiting. */
    public void flush(long nowNanos) {
        drain(nowNanos);
        stream.finish(nowNanos);
    }
}
