// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.pfsync.message.StateRecord;
import org.agrona.collections.LongHashSet;

/**
 * Flows that are not told yet, since they may end soon, and those that are never told, since the filter leaves them out. Each waits as long, so they grow up in
 * their order. Beyond {@value #MOST} flows the next one is told at once.
 */
final class YoungFlows {
    private static final int MOST = 1 << 17;
    /** How many of those that were taken are moved out at once. */
    private static final int TAKEN = 1 << 10;

    private final FlowKeys flows = new FlowKeys(MOST);
    private final LongHashSet waiting = new LongHashSet();
    private int taken;
    private long ageNanos;

    void holdBack(long nanos) {
        ageNanos = nanos;
    }

    /** Whether a flow that is not known is not to be told now. */
    boolean isHeldBack(StateRecord state, long hash, long nowNanos) {
        if (ageNanos == 0) {
            return !state.admitted;
        }
        return waiting.contains(hash) || add(state, hash, nowNanos) || !state.admitted;
    }

    private boolean add(StateRecord state, long hash, long nowNanos) {
        if (flows.isFull()) {
            return false;
        }
        flows.add(state, hash, nowNanos + ageNanos, 0);
        waiting.add(hash);
        return true;
    }

    /** Whether {@link #take} has one. */
    boolean isGrown(long nowNanos) {
        return nowNanos >= grownNanos();
    }

    /** When the next one is old enough, or {@link Long#MAX_VALUE}. */
    long grownNanos() {
        return taken < flows.count() ? flows.first(taken) : Long.MAX_VALUE;
    }

    /** Takes the oldest: makes {@code key} its key, and gives its hash. */
    long take(StateRecord key) {
        flows.copyKey(taken, key);
        long hash = flows.hash(taken);
        waiting.remove(hash);
        taken++;
        if (taken == flows.count()) {
            flows.clear();
            taken = 0;
        } else if (taken == TAKEN) {
            flows.removeFirst(taken);
            taken = 0;
        }
        return hash;
    }
}
