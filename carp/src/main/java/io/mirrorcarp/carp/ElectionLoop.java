// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.NodeAction;
import io.mirrorcarp.carp.election.NodeActions;
import io.mirrorcarp.carp.election.NodeElection;
import io.mirrorcarp.netio.DeadlineTimer;
import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Tells the election of a node what comes in, has the actions carried out in their order, and keeps its timer. Only for use on its context. */
final class ElectionLoop {
    /** What an input makes of the election at a time. */
    @FunctionalInterface
    interface Input {
        List<NodeAction> at(long nowNanos);
    }

    private final NodeElection election;
    private final NodeActions hands;
    private final DeadlineTimer timer;
    private final Deque<NodeAction> pending = new ArrayDeque<>();
    private long dueNanos = CarpInstance.NEVER;
    private boolean performing;
    private boolean closed;

    ElectionLoop(Context context, NodeElection election, NodeActions hands) {
        this.election = election;
        this.hands = hands;
        this.timer = new DeadlineTimer(context, this::onTimer);
    }

    /** Takes an input, carries out what the election wants, and arms the timer. One that comes while actions are carried out adds its own to them. */
    void input(Input what) {
        pending.addAll(what.at(System.nanoTime()));
        if (performing) {
            return;
        }
        performing = true;
        try {
            while (!pending.isEmpty()) {
                pending.remove().perform(hands);
            }
        } finally {
            pending.clear();
            performing = false;
        }
        if (isRunning()) {
            timer.arm(election.nextDeadlineNanos());
        }
    }

    private void onTimer() {
        do {
            dueNanos = election.nextDeadlineNanos();
            input(election::onDeadline);
        } while (election.isRunning() && election.nextDeadlineNanos() <= System.nanoTime());
        dueNanos = CarpInstance.NEVER;
    }

    /** Whether what is carried out now was due at a time. */
    boolean isDue() {
        return dueNanos != CarpInstance.NEVER;
    }

    /** How late that is. */
    long lateNanos() {
        return Math.max(0, System.nanoTime() - dueNanos);
    }

    boolean isRunning() {
        return election.isRunning() && !closed;
    }

    /** Wants no call any more, until the next input. */
    void cancel() {
        timer.cancel();
    }

    /** The timer is not armed again. */
    void close() {
        closed = true;
        timer.cancel();
    }
}
