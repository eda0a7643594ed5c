// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import org.jspecify.annotations.Nullable;

/** A promotion that is decided but waits for the states of the flows. */
final class Takeover {
    private @Nullable TransitionReason reason;
    private long limitNanos = CarpInstance.NEVER;
    private long askedAtNanos;
    private int request;
    private boolean voluntary;

    /**
     * Opens the wait and gives the number of its request.
     *
     * @param displaces whether a living master would be displaced
     */
    int open(TransitionReason why, boolean displaces, long untilNanos, long nowNanos) {
        reason = why;
        voluntary = displaces;
        askedAtNanos = nowNanos;
        limitNanos = untilNanos;
        return ++request;
    }

    /** Whether it was opened to displace a living master. */
    boolean isVoluntary() {
        return voluntary;
    }

    void becauseOf(TransitionReason why) {
        reason = why;
    }

    void cancel() {
        reason = null;
        limitNanos = CarpInstance.NEVER;
    }

    boolean isOpen() {
        return reason != null;
    }

    boolean answers(int readyRequest) {
        return isOpen() && readyRequest == request;
    }

    /** When the states were asked for. */
    long askedAtNanos() {
        return askedAtNanos;
    }

    @Nullable
    TransitionReason reason() {
        return reason;
    }

    long limitNanos() {
        return limitNanos;
    }
}
