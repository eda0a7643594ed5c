// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.pfsync.message.FlowTuple;
import io.mirrorcarp.pfsync.message.StateRecord;
import java.util.Arrays;

/**
 * Flows that programs deleted a moment ago. They wait until it is clear whether that was a flush of the whole table, which ends no connection, or the end of just
 * these: until no more are deleted, or for a while. The table tells of a flush ({@link io.mirrorcarp.pfsync.StateEvents#onFlushed}). More than {@value #MOST}
 * flows are taken for one.
 */
final class DeletedFlows {
    /** No further deletion for so long ends the burst. */
    private static final long QUIET_NANOS = 20_000_000;
    /** A burst of fewer flows than this is settled after {@value #LONGEST_NANOS} ns at the latest. A flush of more may take longer. */
    private static final int MANY = 1 << 16;

    private static final long LONGEST_NANOS = 400_000_000;
    private static final int MOST = 1 << 18;
    private static final int FIRST_CAPACITY = 1 << 8;

    /** Longs for one flow: two for each address, one for the rest of its key, hash and version. */
    private static final int STRIDE = 7;

    private static final int REST = 4;
    private static final int HASH = 5;
    private static final int VERSION = 6;

    private long[] flows = new long[0];
    private int count;
    private boolean flushed;

    private long beganNanos = Long.MAX_VALUE;
    private long quietNanos = Long.MAX_VALUE;

    boolean isFull() {
        return count == MOST;
    }

    /** The whole table was flushed, in this burst. */
    void onFlushed(long nowNanos) {
        flushed = true;
        extend(nowNanos);
    }

    private void extend(long nowNanos) {
        if (quietNanos == Long.MAX_VALUE) {
            beganNanos = nowNanos;
        }
        quietNanos = nowNanos + QUIET_NANOS;
    }

    /** Keeps a flow that a program deleted, where {@link #isFull()} is false. */
    void add(StateRecord state, long hash, int version, long nowNanos) {
        extend(nowNanos);
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

    /** When the burst is over, if nothing more is deleted, or {@link Long#MAX_VALUE}. */
    long endNanos() {
        if (flushed || count >= MANY || quietNanos == Long.MAX_VALUE) {
            return quietNanos;
        }
        return Math.min(quietNanos, beganNanos + LONGEST_NANOS);
    }

    /** Whether the burst was a flush. */
    boolean isFlush() {
        return flushed || isFull();
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
        flushed = false;
        quietNanos = Long.MAX_VALUE;
    }
}
