// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.pfsync.StateTable;
import io.mirrorcarp.pfsync.flows.FlowEntry;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.pfsync.session.Peer;

/** Flows of which a peer told less than is known here, and nobody who is there but this node can tell it more: it is told what the local kernel has. */
final class RefusedFlows {
    private static final int MOST = 64;

    private final FlowIndex index;
    private final StateTable table;
    private final Owners owners;
    private final Answers answers;
    private final StateRecord found = new StateRecord();
    private final StateRecord key = new StateRecord();
    private final FlowKeys flows = new FlowKeys(MOST);

    RefusedFlows(ClaimParts parts, Answers answers) {
        index = parts.index();
        table = parts.table();
        owners = parts.owners();
        this.answers = answers;
    }

    boolean isFull() {
        return flows.isFull();
    }

    boolean isEmpty() {
        return flows.isEmpty();
    }

    /**
     * Remembers a change that was refused, where {@link #isFull()} is false.
     *
     * @param orphan whether the flow is that of an absent owner, and stays so
     */
    void add(Change refused, long hash, boolean orphan) {
        flows.add(refused.state, hash, refused.version, orphan ? 1 : 0);
    }

    /** Answers them, once everything imported before is in the kernel. What the kernel no longer has, or another node took over, needs no answer. */
    void settle(long nowNanos) {
        for (int i = 0; i < flows.count(); i++) {
            long entry = index.get(flows.hash(i));
            flows.copyKey(i, key);
            if (entry != FlowEntry.ABSENT
                    && !owners.isLive(FlowEntry.owner(entry))
                    && !FlowEntry.isDoomed(entry)
                    && table.find(key, found)) {
                answer(i, entry, nowNanos);
            }
        }
        flows.clear();
    }

    private void answer(int i, long entry, long nowNanos) {
        Peer owner = owners.peer(FlowEntry.owner(entry));
        if (flows.second(i) != 0 && owner != null) {
            answers.orphan(found, FlowEntry.version(entry), owner, nowNanos);
        } else {
            answers.newer(found, flows.hash(i), entry, (int) flows.first(i), nowNanos);
        }
    }
}
