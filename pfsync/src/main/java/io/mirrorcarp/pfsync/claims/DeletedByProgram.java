// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.pfsync.StateTable;
import io.mirrorcarp.pfsync.flows.FlowEntry;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.message.FlowEnd;
import io.mirrorcarp.pfsync.message.StateRecord;

/**
 * What programs delete from the local table. It is told when it is clear that the table was not flushed as a whole, which ends no connection. Meanwhile a flow is
 * held, so that a packet elsewhere wins. What is deleted on a master is gone everywhere, whoever owns it, also where the node is master no more when that is clear. On a backup the deletion of an own flow is a question: its packets may
 * pass by the master, and make no event there, so a master that has the flow keeps it.
 */
public final class DeletedByProgram {
    private final FlowIndex index;
    private final StateTable table;
    private final Exporter exporter;
    private final DeletedFlows deleted = new DeletedFlows();
    private final StateRecord key = new StateRecord();
    private boolean flushed;
    private boolean master;

    DeletedByProgram(FlowIndex index, StateTable table, Exporter exporter) {
        this.index = index;
        this.table = table;
        this.exporter = exporter;
    }

    void setMaster(boolean newMaster) {
        master = newMaster;
    }

    /** A program deleted a flow that is known. */
    void add(StateRecord state, long hash, long entry, long nowNanos) {
        if (deleted.isFull()) {
            settle(nowNanos);
        }
        deleted.add(state, hash, FlowEntry.version(entry), master, nowNanos);
        if (FlowEntry.isOurs(entry)) {
            index.assign(hash, FlowEntry.HELD, FlowEntry.version(entry), false);
        }
        index.markMissing(hash);
    }

    /** A program flushed the whole table. */
    public void onFlushed(long nowNanos) {
        deleted.onFlushed(nowNanos);
    }

    /** Whether it is not clear yet what has become of flows that programs deleted. */
    public boolean isUndecided() {
        return deleted.endNanos() != Long.MAX_VALUE;
    }

    /** Decides it now. */
    public void decide(long nowNanos) {
        if (isUndecided()) {
            settle(nowNanos);
        }
    }

    /** Whether the table was flushed: true once. What was in it is gone here, and has not ended. */
    public boolean takeFlushed() {
        boolean taken = flushed;
        flushed = false;
        return taken;
    }

    /** When {@link #settleDue(long)} has something to do, or {@link Long#MAX_VALUE}. */
    long endNanos() {
        return deleted.endNanos();
    }

    /** Decides what can be decided. */
    void settleDue(long nowNanos) {
        if (nowNanos >= deleted.endNanos()) {
            settle(nowNanos);
        }
    }

    private void settle(long nowNanos) {
        flushed |= deleted.isFlush();
        for (int i = 0; i < deleted.count(); i++) {
            long hash = deleted.hash(i);
            long entry = index.get(hash);
            if (deleted.isFlush()) {
                forget(i, hash, entry);
            } else if (isStillDeleted(i, hash, entry)) {
                end(i, hash, entry, nowNanos);
            }
        }
        deleted.clear();
    }

    private void forget(int i, long hash, long entry) {
        if (FlowEntry.isOurs(entry) && FlowEntry.version(entry) == deleted.version(i)) {
            index.remove(hash);
        }
    }

    /**
     * Not one that has begun anew since it was deleted. What a peer says of it meanwhile, who did not hear of the deletion, counts for less than what is deleted on
     * the master. One whose owner lost its table meanwhile is no longer known, and has not ended yet for those who have copies.
     */
    private boolean isStillDeleted(int i, long hash, long entry) {
        if (entry == FlowEntry.ABSENT) {
            return deleted.wasMaster(i) && index.endedVersion(hash) == FlowIndex.NOT_ENDED;
        }
        return FlowEntry.version(entry) == deleted.version(i) || (deleted.wasMaster(i) && FlowEntry.isPeers(entry));
    }

    private void end(int i, long hash, long entry, long nowNanos) {
        deleted.copyKey(i, key);
        if (FlowEntry.isHere(entry)) {
            // A repair brought it back.
            table.delete(key);
            table.flush();
        }
        int version = entry == FlowEntry.ABSENT ? deleted.version(i) + Exporter.CLAIM_STEP : Exporter.endVersion(entry);
        FlowEnd end = deleted.wasMaster(i) ? FlowEnd.DELETED : FlowEnd.DELETED_ON_BACKUP;
        exporter.end(key, hash, version, end, nowNanos);
    }
}
