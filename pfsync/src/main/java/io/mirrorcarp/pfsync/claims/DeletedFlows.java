// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.pfsync.message.FlowTuple;
import io.mirrorcarp.pfsync.message.StateRecord;
import java.util.Arrays;

/**
 * Flows of this node that programs deleted a moment ago. They wait until it is clear whether that was a flush of the table, which ends no connection, or the
 * end of just these: a burst that deletes more flows than it leaves is a flush. So is one of more than {@value #MOST} flows.
 */
final class DeletedFlows {
    /** No further deletion for so long ends the burst. */
    private static final long QUIET_NANOS = 20_000_000;
    /** A few flows may be all that there are: who deletes them means these. */
    private static final int FEW = 3;

    private static final int MOST = 1 << 18;
    private static final int FIRST_CAPACITY = 1 << 8;

    /** Longs for one flow: two for each address, one for the rest of its key, hash and version. */
    private static final int STRIDE = 7;

    private static final int REST = 4;
    private static final int HASH = 5;
    private static final int VERSION = 6;

    private long[] flows = new long[0];
    private int count;
    /** Deleted in this burst, with those of others. */
    private int deleted;

    private long quietNanos = Long.MAX_VALUE;

    boolean isFull() {
        return count == MOST;
    }

    /** A program deleted a flow, whoever owns it. */
    void note(long nowNanos) {
        deleted++;
        quietNanos = nowNanos + QUIET_NANOS;
    }

    /** Keeps a flow of this node, where {@link #isFull()} is false. */
    void add(StateRecord state, long hash, int version) {
        int place = count * STRIDE;
        if (place == flows.length) {
            flows = Arrays.copyOf(flows, Math.max(2 * place, FIRST_CAPACITY * STRIDE));
        }
        FlowTuple tuple = state.original;
        flows[place] = tuple.sourceHigh;
        flows[place + 1] = tuple.sourceLow;
        flows[place + 2] = tuple.destinationHigh;
        flows[place + 3] = tuple.destinationLow;
        flows[place + REST] = (long) tuple.family << 56
                | (long) tuple.protocol << 48
                | (long) tuple.sourcePort << 32
                | (long) tuple.destinationPort << 16
                | state.zone;
        flows[place + HASH] = hash;
        flows[place + VERSION] = version;
        count++;
    }

    /** When the burst is over if nothing more is deleted, or {@link Long#MAX_VALUE}. */
    long quietNanos() {
        return quietNanos;
    }

    /** @param known how many flows were known before the burst */
    boolean isFlush(int known) {
        return isFull() || (deleted > FEW && deleted > known - deleted);
    }

    int count() {
        return count;
    }

    long hash(int i) {
        return flows[i * STRIDE + HASH];
    }

    int version(int i) {
        return (int) flows[i * STRIDE + VERSION];
    }

    void copyKey(int i, StateRecord state) {
        int place = i * STRIDE;
        long rest = flows[place + REST];
        state.clear();
        FlowTuple tuple = state.original;
        tuple.sourceHigh = flows[place];
        tuple.sourceLow = flows[place + 1];
        tuple.destinationHigh = flows[place + 2];
        tuple.destinationLow = flows[place + 3];
        tuple.family = (int) (rest >>> 56);
        tuple.protocol = (int) (rest >>> 48) & 0xff;
        tuple.sourcePort = (int) (rest >>> 32) & 0xffff;
        tuple.destinationPort = (int) (rest >>> 16) & 0xffff;
        state.zone = (int) rest & 0xffff;
    }

    /** The burst is over, and dealt with. */
    void clear() {
        flows = new long[0];
        count = 0;
        deleted = 0;
        quietNanos = Long.MAX_VALUE;
    }
}
