// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * When this node holds itself back: it is demoted while its table may be incomplete, and takes no address from a healthy master while that, or
 * anything that makes it doubtful, is so. Only proof that the table is whole ends it, never time. After the bulk timeout the node says that it is
 * degraded, and why.
 */
final class PreemptPromise {
    private static final long NEVER = Long.MAX_VALUE;

    private final long noticeNanos;
    private long timeoutNanos;
    private String timeoutText;
    private final PfsyncListener listener;

    private boolean raised;
    private long raisedNanos = NEVER;
    private boolean complete;
    private @Nullable String degraded;
    private long doubtNanos = NEVER;
    private boolean allowed;
    private @Nullable String linkDown;
    private long linkDownNanos = NEVER;
    private boolean linkRaised;

    /**
     * @param noticeNanos how long a peer takes to notice that the state channel is cut. A sync device that is down demotes the node no sooner:
     *     the peer would take over from a demoted master before it knows that it must not
     */
    PreemptPromise(long timeoutNanos, long noticeNanos, PfsyncListener listener) {
        this.noticeNanos = noticeNanos;
        this.listener = listener;
        this.timeoutNanos = timeoutNanos;
        timeoutText = text(timeoutNanos);
    }

    private static String text(long nanos) {
        double seconds = nanos / 1e9;
        return seconds == Math.rint(seconds) ? (long) seconds + " s" : seconds + " s";
    }

    /** Another bulk timeout from now on, for a node that waits already too. */
    void timeOutAfter(long nanos) {
        timeoutNanos = nanos;
        timeoutText = text(nanos);
    }

    /** Whether the table was whole once: by a bulk update, or since the timeout passed. */
    boolean isComplete() {
        return complete;
    }

    boolean isRaised() {
        return raised || linkRaised;
    }

    /** Whether this node's own table is whole, and its link there: whatever its peers are like. */
    boolean isWhole() {
        return !raised && linkDown == null;
    }

    boolean isAllowed() {
        return allowed;
    }

    /** Why the node is degraded, or null. */
    @Nullable
    String degraded() {
        return degraded;
    }

    /** The table may be incomplete from now on. */
    void raise(String reason, long nowNanos) {
        if (!raised) {
            raised = true;
            raisedNanos = nowNanos;
            degraded = null;
            listener.onDemotion(DemotionCause.BULK, true, reason);
        }
    }

    /** The sync device went down or came up. From then on the node takes nothing over; it is demoted when it stays down. */
    void onLink(boolean up, String device, long nowNanos) {
        if (up == (linkDown == null)) {
            return;
        }
        linkDown = up ? null : device + " is down";
        linkDownNanos = nowNanos;
        if (linkRaised) {
            linkRaised = false;
            listener.onDemotion(DemotionCause.LINK, false, device + " is up");
        }
    }

    private void updateLink(long nowNanos) {
        if (linkDown != null && !linkRaised && nowNanos - linkDownNanos >= noticeNanos) {
            linkRaised = true;
            listener.onDemotion(DemotionCause.LINK, true, linkDown);
        }
    }

    /**
     * Draws the consequences of how things stand.
     *
     * @param whole every peer that is there has completed its bulk update to this node, and there is one
     * @param missing why it is not so, for the message after the timeout
     * @param doubt why the node should not preempt although it is not demoted, or null
     */
    void update(boolean whole, Supplier<String> missing, @Nullable Supplier<String> doubt, long nowNanos) {
        if (whole) {
            complete = true;
            lower();
        } else if (raised && degraded == null && nowNanos - raisedNanos >= timeoutNanos) {
            complete = true;
            degraded = "no bulk update within " + timeoutText + ": " + missing.get();
            listener.onEvent("bulk fail, degraded: " + degraded);
        }
        updateLink(nowNanos);
        updateAllowed(doubt, nowNanos);
    }

    private void lower() {
        if (raised) {
            raised = false;
            raisedNanos = NEVER;
            listener.onDemotion(DemotionCause.BULK, false, "pfsync bulk done");
        }
    }

    private void updateAllowed(@Nullable Supplier<String> doubt, long nowNanos) {
        boolean now = isWhole() && doubt == null;
        if (now) {
            degraded = null;
            doubtNanos = NEVER;
        } else if (raised) {
            doubtNanos = NEVER;
        } else if (doubtNanos == NEVER) {
            doubtNanos = nowNanos;
        }
        if (doubtNanos != NEVER && degraded == null && nowNanos - doubtNanos >= timeoutNanos) {
            degraded = "for " + timeoutText + ": " + why(doubt);
            listener.onEvent("degraded: " + degraded);
        }
        if (now != allowed) {
            allowed = now;
            listener.onPreemptAllowed(now, why(doubt));
        }
    }

    private String why(@Nullable Supplier<String> doubt) {
        if (raised) {
            return "demoted";
        }
        return linkDown != null ? linkDown : doubt != null ? doubt.get() : "in sync";
    }

    /** When {@link #update} has something to do although nothing happened, or {@link Long#MAX_VALUE}. */
    long deadlineNanos(long nowNanos) {
        long deadline = NEVER;
        if (degraded == null) {
            deadline = raised ? raisedNanos + timeoutNanos : doubtNanos == NEVER ? NEVER : doubtNanos + timeoutNanos;
        }
        return linkDown == null || linkRaised ? deadline : Math.min(deadline, linkDownNanos + noticeNanos);
    }
}
