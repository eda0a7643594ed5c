// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.equality;

import io.mirrorcarp.pfsync.claims.ClaimParts;
import io.mirrorcarp.pfsync.claims.Exporter;
import io.mirrorcarp.pfsync.flows.FlowEntry;
import io.mirrorcarp.pfsync.flows.FlowHash;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.message.StateRecord;

/**
 * Learns at the start what is in the table already. Where an earlier life of the node wrote copies into it, nobody knows yet whose these flows are:
 * they are this node's unless a peer claims them.
 */
public final class StartDump implements TableDump.Reader {
    /** A table that cannot be read in this time is taken as it comes. */
    private static final long LIMIT_NANOS = 10_000_000_000L;

    private final FlowIndex index;
    private final FlowHash flowHash;
    private final boolean newTable;
    private final boolean copies;
    private boolean done;
    private long limitNanos = Long.MAX_VALUE;

    /** @param newTable whether no copy can be in the table */
    public StartDump(ClaimParts parts, boolean newTable) {
        index = parts.index();
        flowHash = parts.flowHash();
        this.newTable = newTable;
        copies = parts.session().settings().before().peers().size() == 1;
    }

    public void begin(TableDump dump, long nowNanos) {
        limitNanos = nowNanos + LIMIT_NANOS;
        dump.begin(this);
        dump.pump();
    }

    /** Whether bulk updates may be asked for. */
    public boolean isDone() {
        return done;
    }

    public long deadlineNanos() {
        return done ? Long.MAX_VALUE : limitNanos;
    }

    public void onDeadline(TableDump dump, long nowNanos) {
        if (!done && nowNanos >= limitNanos) {
            done = true;
            dump.cancel();
        }
    }

    @Override
    public boolean hasRoom() {
        return true;
    }

    @Override
    public void onEntry(StateRecord state, long nowNanos) {
        long hash = flowHash.of(state.original, state.zone);
        if (index.get(hash) == FlowEntry.ABSENT) {
            if (newTable) {
                index.put(hash, state, FlowEntry.SELF, Exporter.UNKNOWN_STEP);
            } else {
                int owner = copies && state.isLiberal() ? FlowEntry.COPIED : FlowEntry.HELD;
                index.putFound(hash, state, owner, nowNanos);
            }
        }
    }

    @Override
    public void onBatchEnd(boolean last, long nowNanos) {
        done |= last;
    }
}
