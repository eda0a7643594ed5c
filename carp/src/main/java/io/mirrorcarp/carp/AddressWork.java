// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.io.AddressPlan;
import io.mirrorcarp.carp.io.HeldAddresses;
import io.mirrorcarp.carp.io.VirtualAddresses;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes and releases the addresses of one virtual host away from the event loop, since that may last longer than an advertisement can
 * wait. All the work of the node is done one after the other, in the order in which it was asked for.
 */
final class AddressWork {
    static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Context context;
    private final VirtualAddresses addresses;
    private final AddressPlan plan;
    private final Outcome outcome;
    private boolean wanted;
    private int generation;
    private int failures;
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

        void onReleaseFailed(Throwable failure);
    }

    AddressWork(Context context, VirtualAddresses addresses, AddressPlan plan, Outcome outcome) {
        this.context = context;
        this.addresses = addresses;
        this.plan = plan;
        this.outcome = outcome;
    }

    /** The addresses while this node answers for them. */
    @Nullable
    HeldAddresses held() {
        return held;
    }

    void take() {
        wanted = true;
        failures = 0;
        attempt();
    }

    private void attempt() {
        retryAtNanos = CarpInstance.NEVER;
        int mine = ++generation;
        context.<HeldAddresses>executeBlocking(() -> addresses.take(plan), true).onComplete(done -> {
            if (!wanted || mine != generation) {
                return;
            }
            if (done.succeeded()) {
                failures = 0;
                held = done.result();
                outcome.onTaken(done.result());
            } else {
                failures++;
                retryAtNanos = System.nanoTime() + RETRY_NANOS;
                outcome.onTakeFailed(done.cause(), failures);
            }
        });
    }

    /** Done when the addresses are gone. */
    Future<Void> release() {
        wanted = false;
        held = null;
        retryAtNanos = CarpInstance.NEVER;
        return context.<Void>executeBlocking(
                        () -> {
                            addresses.release(plan);
                            return null;
                        },
                        true)
                .onFailure(outcome::onReleaseFailed);
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
