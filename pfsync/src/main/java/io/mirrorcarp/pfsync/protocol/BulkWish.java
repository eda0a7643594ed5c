// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

/**
 * The bulk update that this node wants of one peer: wanted, then running, then done. A request is repeated until its start is seen. A new wish
 * draws a new id, so that the start of an earlier one is not taken for its own.
 */
final class BulkWish {
    private enum Phase {
        NONE,
        WANTED,
        RUNNING,
        ENDED,
        DONE
    }

    private static final long FIRST_RETRY_NANOS = 50_000_000;
    private static final long LAST_RETRY_NANOS = 400_000_000;
    /** A running bulk update that brings nothing for so long is asked for again. */
    private static final long STALL_NANOS = 10_000_000_000L;

    private Phase phase = Phase.NONE;
    private long requestId;
    private long dueNanos = Long.MAX_VALUE;
    private long retryNanos;
    private long bulkId;
    private long received;
    private long expected;

    /** Wants a bulk update from now on. */
    void want(long newRequestId, long nowNanos) {
        phase = Phase.WANTED;
        requestId = newRequestId;
        dueNanos = nowNanos;
        retryNanos = FIRST_RETRY_NANOS;
        received = 0;
        expected = 0;
    }

    /** Wants none any more: the peer is gone. */
    void drop() {
        phase = Phase.NONE;
        dueNanos = Long.MAX_VALUE;
    }

    /** Whether one is wanted, or under way. */
    boolean isOpen() {
        return phase == Phase.WANTED || phase == Phase.RUNNING || phase == Phase.ENDED;
    }

    /** Whether one was completed since the last wish. */
    boolean isDone() {
        return phase == Phase.DONE;
    }

    boolean isRunning() {
        return phase == Phase.RUNNING || phase == Phase.ENDED;
    }

    long requestId() {
        return requestId;
    }

    long received() {
        return received;
    }

    long expected() {
        return expected;
    }

    /** When to ask, again or at all, or {@link Long#MAX_VALUE}. */
    long dueNanos() {
        return dueNanos;
    }

    /** Whether a running bulk update has stalled, so that a new wish is due rather than a repeated request. */
    boolean isStalled(long nowNanos) {
        return isRunning() && nowNanos >= dueNanos;
    }

    /** The request was sent. */
    void onRequested(long nowNanos) {
        dueNanos = nowNanos + retryNanos;
        retryNanos = Math.min(2 * retryNanos, LAST_RETRY_NANOS);
    }

    /** A bulk update begins that answers the request {@code answered}, among others. */
    void onStart(long answered, long id, long entries, long nowNanos) {
        if (phase == Phase.WANTED && answered == requestId) {
            phase = Phase.RUNNING;
            bulkId = id;
            expected = entries;
            received = 0;
            dueNanos = nowNanos + STALL_NANOS;
        }
    }

    /** One entry came; false when it belongs to none that was asked for. */
    boolean onEntry(long nowNanos) {
        if (phase != Phase.RUNNING) {
            return false;
        }
        received++;
        dueNanos = nowNanos + STALL_NANOS;
        return true;
    }

    /**
     * A bulk update ends.
     *
     * @return false when entries are missing, so that it must be asked for again
     */
    boolean onEnd(long id, long count) {
        if (phase != Phase.RUNNING || id != bulkId) {
            return true;
        }
        phase = Phase.ENDED;
        return count == received;
    }

    /** What came is in the kernel; true when that completes a bulk update. */
    boolean onFlushed() {
        if (phase != Phase.ENDED) {
            return false;
        }
        phase = Phase.DONE;
        dueNanos = Long.MAX_VALUE;
        return true;
    }
}
