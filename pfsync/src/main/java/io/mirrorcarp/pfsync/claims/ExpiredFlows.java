// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.pfsync.StateTable;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.StateRecord;

/**
 * Flows whose timer ran out at their owner, or that a program deleted there while it was a backup. That is no proof of their end: packets that only refresh a timer make no event, so a flow may have
 * moved here without anybody knowing. The local kernel knows: packets set the timer of a copy to something else than the import did. A
 * flow in use here is claimed, the others end.
 */
final class ExpiredFlows {
    private static final int MOST = 64;
    /** Beside the version. */
    private static final long KEPT = 1L << Integer.SIZE;

    private final FlowIndex index;
    private final StateTable table;
    private final Answers answers;
    private final StateRecord found = new StateRecord();
    private final StateRecord key = new StateRecord();
    private final FlowKeys flows = new FlowKeys(MOST);

    ExpiredFlows(FlowIndex index, StateTable table, Answers answers) {
        this.index = index;
        this.table = table;
        this.answers = answers;
    }

    boolean isFull() {
        return flows.isFull();
    }

    boolean isEmpty() {
        return flows.isEmpty();
    }

    /**
     * Remembers the end of a flow that is here, where {@link #isFull()} is false.
     *
     * @param kept whether it goes on here in any case
     */
    void add(Change end, long hash, long entry, boolean kept) {
        flows.add(end.state, hash, entry, Integer.toUnsignedLong(end.version) | (kept ? KEPT : 0));
    }

    /** Ends or claims them, once everything imported before is in the kernel. The deletions are queued. */
    void settle(long nowNanos) {
        for (int i = 0; i < flows.count(); i++) {
            if (index.get(flows.hash(i)) == flows.first(i)) {
                flows.copyKey(i, key);
                settle(flows.hash(i), flows.second(i), nowNanos);
            }
        }
        flows.clear();
    }

    private void settle(long hash, long end, long nowNanos) {
        int version = (int) end;
        boolean kept = (end & KEPT) != 0;
        boolean here = table.find(key, found);
        if (here && (index.hasLocalTimer(hash) || index.isInUse(hash, found.timeoutSeconds, nowNanos))) {
            answers.inUse(found, version, nowNanos);
        } else if (here && kept) {
            answers.kept(found, version, nowNanos);
        } else {
            index.end(hash, version, nowNanos);
            table.delete(key);
        }
    }
}
