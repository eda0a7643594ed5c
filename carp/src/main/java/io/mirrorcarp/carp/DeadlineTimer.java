// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.CarpInstance;
import io.vertx.core.Context;
import java.util.concurrent.TimeUnit;

/** One timer of a context, for a deadline that moves. */
final class DeadlineTimer {
    private static final long NO_TIMER = -1;

    private final Context context;
    private final Runnable onDeadline;
    private long timer = NO_TIMER;
    private long dueNanos = CarpInstance.NEVER;

    /** @param onDeadline called at the deadline or, where it moved away meanwhile, before it */
    DeadlineTimer(Context context, Runnable onDeadline) {
        this.context = context;
        this.onDeadline = onDeadline;
    }

    /** Sees to it that the deadline is not missed. A timer that is armed for an earlier time stays: most deadlines move away. */
    void arm(long deadlineNanos, long nowNanos) {
        if (deadlineNanos >= dueNanos) {
            return;
        }
        cancel();
        dueNanos = deadlineNanos;
        long delayNanos = Math.max(0, deadlineNanos - nowNanos);
        long delayMillis = TimeUnit.NANOSECONDS.toMillis(delayNanos + TimeUnit.MILLISECONDS.toNanos(1) - 1);
        timer = context.owner().setTimer(Math.max(1, delayMillis), id -> fire());
    }

    private void fire() {
        timer = NO_TIMER;
        dueNanos = CarpInstance.NEVER;
        onDeadline.run();
    }

    void cancel() {
        if (timer != NO_TIMER) {
            context.owner().cancelTimer(timer);
        }
        timer = NO_TIMER;
        dueNanos = CarpInstance.NEVER;
    }
}
