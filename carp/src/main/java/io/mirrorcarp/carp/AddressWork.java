// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.io.AddressPlan;
import io.mirrorcarp.carp.io.HeldAddresses;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Takes and releases the addresses of one virtual host away from the event loop, since that may last longer than an advertisement can wait. */
final class AddressWork {
    static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Whoever removes a carpdev removes what is on it first; that is not to be put back. */
    private static final long REPAIR_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final AddressThread thread;
    private AddressPlan plan;
    private final Outcome outcome;
    private boolean wanted;
    private int generation;
    private int failures;
    private long attemptedAtNanos;
    private long retryAtNanos = CarpInstance.NEVER;
    private @Nullable HeldAddresses held;

    /** How taking ended. */
    interface Outcome {
        void onTaken(HeldAddresses held);

        /**
         * It failed, and is tried again as long as the addresses are wanted.
         *
         * @param inARow 1 for the first failure
         */
        void onTakeFailed(Throwable failure, int inARow);

        /** Addresses that somebody had taken away are there again. */
        void onPutBack(HeldAddresses held);

        void onReleaseFailed(Throwable failure);

        /** What a takeover begins with fails. */
        void onRehearsalFailed(Throwable failure);
    }

    AddressWork(AddressThread thread, AddressPlan plan, Outcome outcome) {
        this.thread = thread;
        this.plan = plan;
        this.outcome = outcome;
    }

    /** The addresses while this node answers for them. */
    @Nullable
    HeldAddresses held() {
        return held;
    }

    /** Tries what {@link #take} begins with. */
    void rehearse() {
        thread.rehearse(plan).onFailure(outcome::onRehearsalFailed);
    }

    void take() {
        wanted = true;
        failures = 0;
        attempt();
    }

    /** From now on it is this plan. Addresses that are held stay, and are brought in line with it: done when they are, or when that failed. */
    Future<Void> change(AddressPlan changed) {
        plan = changed;
        return wanted ? attempt() : Future.succeededFuture();
    }

    /** Done when it has ended, well or not. */
    private Future<Void> attempt() {
        retryAtNanos = CarpInstance.NEVER;
        attemptedAtNanos = System.nanoTime();
        int mine = ++generation;
        return thread.take(plan)
                .onComplete(done -> {
                    if (wanted && mine == generation) {
                        ended(done);
                    }
                })
                .transform(done -> Future.succeededFuture());
    }

    private void ended(AsyncResult<HeldAddresses> attempt) {
        if (attempt.succeeded()) {
            onTaken(attempt.result());
        } else {
            failures++;
            held = null;
            retryAtNanos = System.nanoTime() + RETRY_NANOS;
            outcome.onTakeFailed(attempt.cause(), failures);
        }
    }

    private void onTaken(HeldAddresses taken) {
        boolean first = held == null;
        failures = 0;
        held = taken;
        if (first) {
            outcome.onTaken(taken);
        } else if (taken.changes() > 0) {
            outcome.onPutBack(taken);
        }
    }

    /** An address left some interface: if it is one of these, it is put back, though not all the time. */
    void onAddressGone(InetAddress address, long nowNanos) {
        if (plan.has(address)) {
            repair(nowNanos);
        }
    }

    /** An interface went down or away. */
    void onInterfaceDown(int ifindex, long nowNanos) {
        if (held != null && held.ifindex() == ifindex) {
            repair(nowNanos);
        }
    }

    private void repair(long nowNanos) {
        if (wanted && retryAtNanos == CarpInstance.NEVER) {
            retryAtNanos = Math.max(nowNanos + REPAIR_DELAY_NANOS, attemptedAtNanos + RETRY_NANOS);
        }
    }

    /** Done when the addresses are gone. */
    Future<Void> release() {
        wanted = false;
        held = null;
        retryAtNanos = CarpInstance.NEVER;
        return thread.release(plan).onFailure(outcome::onReleaseFailed);
    }

    void onDeadline(long nowNanos) {
        if (nowNanos >= retryAtNanos) {
            attempt();
        }
    }

    long nextDeadlineNanos() {
        return retryAtNanos;
    }
}
