// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import io.vertx.core.Context;
import java.util.concurrent.TimeUnit;

/**
 * The one timer of a machine: calls back on a Vert.x context at the instant of {@link System#nanoTime} that it was last armed for, or up to a
 * millisecond later. Only for use on that context.
 */
public final class DeadlineTimer {
    private static final long NO_TIMER = -1;
    private static final long NEVER = Long.MAX_VALUE;

    private final Context context;
    private final Runnable onDeadline;
    private long timer = NO_TIMER;
    private long timerAtNanos = NEVER;

    /** @param onDeadline called on the context; it is expected to arm the timer again */
    public DeadlineTimer(Context context, Runnable onDeadline) {
        this.context = context;
        this.onDeadline = onDeadline;
    }

    /** Wants a call at {@code deadlineNanos}; {@link Long#MAX_VALUE} for none. A timer armed for an earlier instant stays, and fires in vain. */
    public void arm(long deadlineNanos) {
        if (deadlineNanos >= timerAtNanos) {
            return;
        }
        cancel();
        timerAtNanos = deadlineNanos;
        long delayNanos = Math.max(0, deadlineNanos - System.nanoTime());
        long delayMillis = TimeUnit.NANOSECONDS.toMillis(delayNanos + 999_999);
        timer = context.owner().setTimer(Math.max(1, delayMillis), id -> fire());
    }

    private void fire() {
        timer = NO_TIMER;
        timerAtNanos = NEVER;
        onDeadline.run();
    }

    /** Wants no call. */
    public void cancel() {
        if (timer != NO_TIMER) {
            context.owner().cancelTimer(timer);
            timer = NO_TIMER;
            timerAtNanos = NEVER;
        }
    }
}
