// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.StateTable;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.StateRecord;

/** Flows of which a peer told less than is known here, and nobody who is there but this node can tell it more: it is told what the local kernel has. */
final class RefusedFlows {
    private static final int MOST = 64;

    private final FlowIndex index;
    private final StateTable table;
    private final PeerTable peers;
    private final Exporter exporter;
    private final StateRecord found = new StateRecord();
    private final StateRecord[] keys = new StateRecord[MOST];
    private final long[] hashes = new long[MOST];
    private final int[] versions = new int[MOST];
    private final boolean[] orphans = new boolean[MOST];
    private int count;

    RefusedFlows(FlowIndex index, StateTable table, PeerTable peers, Exporter exporter) {
        this.index = index;
        this.table = table;
        this.peers = peers;
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

    /**
     * Remembers a change that was refused, where {@link #isFull()} is false.
     *
     * @param orphan whether the flow is that of an absent owner, and stays so
     */
    void add(Change refused, long hash, boolean orphan) {
        keys[count].copyFrom(refused.state);
        hashes[count] = hash;
        versions[count] = refused.version;
        orphans[count] = orphan;
        count++;
    }

    /** Answers them, once everything imported before is in the kernel. What the kernel no longer has, or another node took over, needs no answer. */
    void settle(long nowNanos) {
        for (int i = 0; i < count; i++) {
            long entry = index.get(hashes[i]);
            if (entry != FlowIndex.ABSENT
                    && !peers.isLive(FlowIndex.owner(entry))
                    && FlowIndex.owner(entry) != FlowIndex.DOOMED
                    && table.find(keys[i], found)) {
                answer(i, entry, nowNanos);
            }
        }
        count = 0;
    }

    private void answer(int i, long entry, long nowNanos) {
        Peer owner = peers.byOwner(FlowIndex.owner(entry));
        if (orphans[i] && owner != null) {
            exporter.answerOrphan(found, FlowIndex.version(entry), owner, nowNanos);
        } else {
            exporter.answerNewer(found, hashes[i], entry, versions[i], nowNanos);
        }
    }
}
