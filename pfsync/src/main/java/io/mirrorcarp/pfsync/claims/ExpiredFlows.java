// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.pfsync.StateTable;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.StateRecord;

/**
 * Flows whose timer ran out at their owner. That is no proof of their end: packets that only refresh a timer make no event, so a flow may have
 * moved here without anybody knowing. The local kernel knows: packets set the timer of a copy to something else than the import did. A
 * flow in use here is claimed, the others end.
 */
final class ExpiredFlows {
    private static final int MOST = 64;

    private final FlowIndex index;
    private final StateTable table;
    private final Exporter exporter;
    private final StateRecord found = new StateRecord();
    private final StateRecord[] keys = new StateRecord[MOST];
    private final long[] hashes = new long[MOST];
    private final long[] entries = new long[MOST];
    private final int[] versions = new int[MOST];
    private int count;

    ExpiredFlows(FlowIndex index, StateTable table, Exporter exporter) {
        this.index = index;
        this.table = table;
        this.exporter = exporter;
        for (int i = 0; i < MOST; i++) {
            keys[i] = new StateRecord();
        }
    }

    boolean isFull() {
        return count == MOST;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Remembers the end of a flow that is here, where {@link #isFull()} is false. */
    void add(Change end, long hash, long entry) {
        keys[count].copyFrom(end.state);
        hashes[count] = hash;
        entries[count] = entry;
        versions[count] = end.version;
        count++;
    }

    /** Ends or claims them, once everything imported before is in the kernel. The deletions are queued. */
    void settle(long nowNanos) {
        for (int i = 0; i < count; i++) {
            long hash = hashes[i];
            if (index.get(hash) != entries[i]) {
                continue;
            }
            if (table.find(keys[i], found)
                    && (index.hasLocalTimer(hash) || index.isInUse(hash, found.timeoutSeconds, nowNanos))) {
                exporter.onInUse(found, versions[i], nowNanos);
            } else {
                index.end(hash, versions[i], nowNanos);
                table.delete(keys[i]);
            }
        }
        count = 0;
    }
}
