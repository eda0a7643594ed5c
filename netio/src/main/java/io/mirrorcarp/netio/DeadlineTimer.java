// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one timer of a machine: calls back on an event loop's Vert.x context at the instant of {@link System#nanoTime} that it was last armed for, or as
 * soon after it as the event loop comes to it. Only for use on that context.
 *
 * <p>A deadline that moves away with every message, as that of a silent peer does, does not run the machine: the event loop's timer stays, and is set
 * anew when it comes too early.
 */
public final class DeadlineTimer {
    private static final long NEVER = Long.MAX_VALUE;

    /** A machine whose deadline has passed, and does not move, leaves its event loop time for others. */
    private static final long SHORTEST_DELAY_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private final ContextInternal context;
    private final Handler<Void> onDeadline;
    private @Nullable ScheduledFuture<?> pending;
    private long pendingAtNanos = NEVER;
    private long wantedAtNanos = NEVER;

    /** @param onDeadline called on the context; it is expected to arm the timer again */
    public DeadlineTimer(Context context, Runnable onDeadline) {
        this.context = (ContextInternal) context;
        this.onDeadline = nothing -> onDeadline.run();
    }

    /** Asks for a call at {@code deadlineNanos}, in place of the earlier one. {@link Long#MAX_VALUE} asks for none. */
    public void arm(long deadlineNanos) {
        wantedAtNanos = deadlineNanos;
        if (deadlineNanos < pendingAtNanos) {
            cancelPending();
            schedule(System.nanoTime());
        }
    }

    private void schedule(long nowNanos) {
        pendingAtNanos = wantedAtNanos;
        long delayNanos = Math.max(SHORTEST_DELAY_NANOS, wantedAtNanos - nowNanos);
        pending = context.nettyEventLoop().schedule(this::fire, delayNanos, TimeUnit.NANOSECONDS);
    }

    private void fire() {
        pending = null;
        pendingAtNanos = NEVER;
        long nowNanos = System.nanoTime();
        if (nowNanos >= wantedAtNanos) {
            wantedAtNanos = NEVER;
            context.dispatch(null, onDeadline);
        } else if (wantedAtNanos != NEVER) {
            schedule(nowNanos);
        }
    }

    /** Wants no call. */
    public void cancel() {
        wantedAtNanos = NEVER;
        cancelPending();
    }

    private void cancelPending() {
        ScheduledFuture<?> current = pending;
        pending = null;
        pendingAtNanos = NEVER;
        if (current != null) {
            current.cancel(false);
        }
    }
}
