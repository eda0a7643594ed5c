// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.message.StateRecord;

/**
 * Learns at the start what is in the table already. Nobody knows yet whose these flows are: the copies that a peer keeps of them do not overwrite
 * them, and what no peer claims by the time that this node's table is whole is this node's.
 */
final class StartDump implements TableDump.Reader {
    /** A table that cannot be read in this time is taken as it comes. */
    private static final long LIMIT_NANOS = 10_000_000_000L;

    private final FlowIndex index;
    private final FlowHash flowHash;
    private boolean done;
    private long limitNanos = Long.MAX_VALUE;

    StartDump(FlowIndex index, FlowHash flowHash) {
        this.index = index;
        this.flowHash = flowHash;
    }

    void begin(TableDump dump, long nowNanos) {
        limitNanos = nowNanos + LIMIT_NANOS;
        dump.begin(this);
        dump.pump();
    }

    /** Whether bulk updates may be asked for. */
    boolean isDone() {
        return done;
    }

    long deadlineNanos() {
        return done ? Long.MAX_VALUE : limitNanos;
    }

    void onDeadline(TableDump dump, long nowNanos) {
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
        if (index.get(hash) == FlowIndex.ABSENT) {
            index.put(hash, state, FlowIndex.FOUND, 0);
            index.setDeadline(hash, ExpiredFlows.deadlineSeconds(state.timeoutSeconds, nowNanos));
        }
    }

    @Override
    public void onBatchEnd(boolean last, long nowNanos) {
        done |= last;
    }
}
