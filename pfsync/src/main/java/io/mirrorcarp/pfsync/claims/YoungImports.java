// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.pfsync.message.StateRecord;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Flows of peers that are kept out of the kernel until they are so old, since they may end soon. The newest that was told of each is here. All wait as long, so they grow
 * up in the order in which they came. Beyond {@value #MOST} flows the next one goes into the kernel at once.
 */
final class YoungImports {
    private static final int MOST = 1 << 16;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** One that waits. */
    static final class Waiting {
        final long hash;
        final StateRecord state = new StateRecord();
        private final long grownNanos;
        private long toldNanos;

        private Waiting(long hash, long grownNanos) {
            this.hash = hash;
            this.grownNanos = grownNanos;
        }

        private void tell(StateRecord newest, long nowNanos) {
            state.copyFrom(newest);
            toldNanos = nowNanos;
        }
    }

    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private final Map<Long, Waiting> byHash = new HashMap<>();
    private long ageNanos;

    /** Flows that come from now on wait for that long. */
    void holdBack(long nanos) {
        ageNanos = nanos;
    }

    /** Whether one waits; its newest content is noted then. */
    boolean update(StateRecord state, long hash, long nowNanos) {
        Waiting waiting = byHash.isEmpty() ? null : byHash.get(hash);
        if (waiting != null) {
            waiting.tell(state, nowNanos);
        }
        return waiting != null;
    }

    /** Whether one that has just begun is to wait; it does then. */
    boolean add(StateRecord state, long hash, long nowNanos) {
        if (ageNanos == 0 || queue.size() == MOST) {
            return false;
        }
        Waiting waiting = new Waiting(hash, nowNanos + ageNanos);
        waiting.tell(state, nowNanos);
        queue.add(waiting);
        byHash.put(hash, waiting);
        return true;
    }

    /** A flow ended, or is another's: it waits no longer. */
    void remove(long hash) {
        if (!byHash.isEmpty()) {
            byHash.remove(hash);
        }
    }

    /** The next one that is old enough, its timer being what is left of it; null when there is none. */
    @Nullable
    Waiting take(long nowNanos) {
        while (!queue.isEmpty() && nowNanos - queue.element().grownNanos >= 0) {
            Waiting waiting = queue.remove();
            if (byHash.remove(waiting.hash, waiting)) {
                long waited = (nowNanos - waiting.toldNanos) / NANOS_PER_SECOND;
                waiting.state.timeoutSeconds = (int) Math.max(1, waiting.state.timeoutSeconds - waited);
                return waiting;
            }
        }
        return null;
    }

    /** When {@link #take} may have one, or {@link Long#MAX_VALUE}. */
    long grownNanos() {
        return queue.isEmpty() ? Long.MAX_VALUE : queue.element().grownNanos;
    }
}
