// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.pfsync.message.StateRecord;

/**
 * Flows that programs deleted a moment ago. They wait until it is clear whether that was a flush of the whole table, which ends no connection, or the end of just
 * these: until no more are deleted, or for a while. The table tells of a flush ({@link io.mirrorcarp.pfsync.StateEvents#onFlushed}). More than {@value #MOST}
 * flows are taken for one.
 */
final class DeletedFlows {
    /** A burst ends when no deletion came for this long. */
    private static final long QUIET_NANOS = 20_000_000;
    /** A burst of fewer flows than this is settled after {@value #LONGEST_NANOS} ns at the latest. A flush of more may take longer. */
    private static final int MANY = 1 << 16;

    private static final long LONGEST_NANOS = 400_000_000;
    private static final int MOST = 1 << 18;

    private final FlowKeys flows = new FlowKeys(MOST);
    private boolean flushed;

    private long beganNanos = Long.MAX_VALUE;
    private long quietNanos = Long.MAX_VALUE;

    boolean isFull() {
        return flows.isFull();
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

    /**
     * Keeps a flow that a program deleted, where {@link #isFull()} is false.
     *
     * @param master whether this node was master of a virtual host then
     */
    void add(StateRecord state, long hash, int version, boolean master, long nowNanos) {
        extend(nowNanos);
        flows.add(state, hash, version, master ? 1 : 0);
    }

    /** When the burst is over, if nothing more is deleted, or {@link Long#MAX_VALUE}. */
    long endNanos() {
        if (flushed || flows.count() >= MANY || quietNanos == Long.MAX_VALUE) {
            return quietNanos;
        }
        return Math.min(quietNanos, beganNanos + LONGEST_NANOS);
    }

    /** Whether the burst was a flush. */
    boolean isFlush() {
        return flushed || isFull();
    }

    int count() {
        return flows.count();
    }

    long hash(int i) {
        return flows.hash(i);
    }

    int version(int i) {
        return (int) flows.first(i);
    }

    /** Whether this node was master of a virtual host when the flow was deleted. */
    boolean wasMaster(int i) {
        return flows.second(i) != 0;
    }

    void copyKey(int i, StateRecord state) {
        flows.copyKey(i, state);
    }

    /** The burst is over, and dealt with. */
    void clear() {
        flows.release();
        flushed = false;
        quietNanos = Long.MAX_VALUE;
    }
}
