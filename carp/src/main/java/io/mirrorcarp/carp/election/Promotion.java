// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import org.jspecify.annotations.Nullable;

/**
 * A backup's way from the decision to be master to being it: with a barrier it first asks for the states of the flows. Its answers are the reason to be master now, or null for not yet. Not
 * thread-safe.
 */
final class Promotion {
    private static final long SAME_MOMENT_NANOS = 5_000_000;

    private final InstanceParts parts;
    private final Takeover takeover;
    private final BackupWatch watch;

    Promotion(InstanceParts parts, Takeover takeover, BackupWatch watch) {
        this.parts = parts;
        this.takeover = takeover;
        this.watch = watch;
    }

    /** It is decided, null being not; or the states are asked for, and the node goes on as backup. */
    @Nullable
    TransitionReason decide(@Nullable TransitionReason why, long nowNanos) {
        if (why == null) {
            return null;
        }
        if (why == TransitionReason.MASTER_TIMED_OUT) {
            parts.act(new CarpAction.MasterSilent());
        }
        if (why.isVoluntary() && !takeover.isOpen()) {
            parts.act(new CarpAction.MasterDisplaced());
        }
        if (!parts.takeover().barrier()) {
            return why;
        }
        watch.decided(why);
        if (takeover.isOpen() && takeover.isVoluntary() == watch.isVoluntary(why)) {
            takeover.becauseOf(why);
        } else {
            // A master that is gone meanwhile may have sent its last states just now.
            requestStates(why, nowNanos);
        }
        return null;
    }

    private void requestStates(TransitionReason why, long nowNanos) {
        long limitNanos = nowNanos + parts.takeover().holdLimitNanos();
        parts.act(new CarpAction.RequestStates(takeover.open(why, watch.isVoluntary(why), limitNanos, nowNanos)));
    }

    @Nullable
    TransitionReason onDeadline(long nowNanos) {
        TransitionReason waiting = takeover.reason();
        if (waiting == null || nowNanos < takeover.limitNanos()) {
            return decide(watch.onDeadline(nowNanos), nowNanos);
        }
        if (watch.isVoluntary(waiting)) {
            // The master lives, and its states are not known to be here. Others of the group may have moved meanwhile.
            requestStates(waiting, nowNanos);
            return null;
        }
        return waiting;
    }

    long nextDeadlineNanos() {
        return Math.min(takeover.limitNanos(), watch.nextDeadlineNanos());
    }

    /** The answer to a request; one to a cancelled request is passed over. */
    @Nullable
    TransitionReason onStatesReady(int request) {
        if (takeover.answers(request)) {
            return takeover.reason();
        }
        parts.counts.ignored();
        return null;
    }

    /**
     * The states as of a time are here: another virtual host of the node asked for them. What was asked for in the same moment is answered too: the words of a node that leaves come one after the
     * other, and both ways through a node are to move together.
     */
    @Nullable
    TransitionReason onStatesOf(long askedAtNanos) {
        return takeover.askedAtNanos() <= askedAtNanos + SAME_MOMENT_NANOS ? takeover.reason() : null;
    }

    /** When the states were asked for by a request that waits still, or {@link CarpInstance#NEVER}. */
    long statesAskedAtNanos(int request) {
        return takeover.answers(request) ? takeover.askedAtNanos() : CarpInstance.NEVER;
    }

    /** Whether it is decided and waits for the states. */
    boolean isPending() {
        return takeover.isOpen();
    }
}
