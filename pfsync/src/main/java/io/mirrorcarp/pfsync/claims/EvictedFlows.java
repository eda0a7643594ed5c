// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.pfsync.StateTable;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.StateRecord;

/**
 * Flows that their owner's kernel gave up. With a virtual address, the kernel that loses it forgets the connections that {@code masquerade} translated to it: they go
 * on at the node that takes the address. A master claims them, so that the old owner has them again before the way back. So does one that becomes master soon after. Only
 * what is assured and has its source translated is claimed: what the kernel gives up for want of room is not assured, and would push out others.
 */
final class EvictedFlows {
    /** More are left to the next sweep. */
    private static final int MOST = 1 << 18;
    /** Looked up in the kernel at once: some 40 ms. */
    private static final int AT_ONCE = 4_096;

    /** A node that has not become master within this time did not take the address. */
    private static final long LONGEST_NANOS = 10_000_000_000L;

    private static final int CLAIMED = StateRecord.STATUS_ASSURED | StateRecord.STATUS_SOURCE_NAT;

    private final FlowIndex index;
    private final StateTable table;
    private final Exporter exporter;
    private final Answers answers;
    private final StateRecord found = new StateRecord();
    private final StateRecord key = new StateRecord();
    private final FlowKeys flows = new FlowKeys(MOST);
    private long lastNanos;

    EvictedFlows(FlowIndex index, StateTable table, Exporter exporter, Answers answers) {
        this.index = index;
        this.table = table;
        this.exporter = exporter;
        this.answers = answers;
    }

    /** Whether some are to be claimed now. */
    boolean isDue(long nowNanos) {
        if (!flows.isEmpty() && nowNanos - lastNanos > LONGEST_NANOS) {
            flows.release();
        }
        return !flows.isEmpty() && exporter.isMaster();
    }

    /** Remembers a flow that is here and that its owner no longer has. */
    void add(Change end, long hash, long nowNanos) {
        lastNanos = nowNanos;
        if (!flows.isFull()) {
            flows.add(end.state, hash, index.get(hash), end.version);
        }
    }

    /** Claims the first of them, once everything imported before is in the kernel. */
    void settle(long nowNanos) {
        int count = Math.min(flows.count(), AT_ONCE);
        for (int i = 0; i < count; i++) {
            boolean unchanged = index.get(flows.hash(i)) == flows.first(i);
            flows.copyKey(i, key);
            if (unchanged && table.find(key, found) && (found.status & CLAIMED) == CLAIMED) {
                answers.kept(found, (int) flows.second(i), nowNanos);
            }
        }
        flows.removeFirst(count);
        if (flows.isEmpty()) {
            flows.release();
        }
    }
}
