// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.io.AddressPlan;
import io.mirrorcarp.carp.io.CarpNetwork;
import io.mirrorcarp.carp.io.HeldAddresses;
import io.mirrorcarp.carp.io.TakeOutcome;
import io.mirrorcarp.carp.io.VirtualAddresses;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All work of the node on its addresses, one after the other in the order in which it was asked for, on a thread of its own with the priority of the
 * election: a takeover does not wait for a processor. The thread ends with the verticle of the context.
 */
final class AddressThread {
    private final WorkerExecutor thread;
    private final CarpNetwork network;
    private final VirtualAddresses addresses;
    private final AtomicInteger takesWaiting = new AtomicInteger();
    private volatile boolean restored;

    /** Those that a further take may join: none since other work was asked for, which comes behind them. */
    private @Nullable Joined joinable;

    AddressThread(Context context, CarpNetwork network) {
        this.thread = context.owner().createSharedWorkerExecutor("carp-addresses-" + context.deploymentID(), 1);
        this.network = network;
        this.addresses = network.addresses();
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    /** Takes, and when they are done. */
    private record Joined(Takes takes, Future<List<TakeOutcome>> done) {}

    private interface Task {
        void run() throws IOException;
    }

    @SuppressWarnings("ThreadPriorityCheck")
    private <T> Future<T> call(Work<T> work) {
        joinable = null;
        return thread.executeBlocking(() -> {
            try {
                return work.run();
            } finally {
                // Of two threads of one priority on one processor the other would wait for the end of a time slice.
                Thread.yield();
            }
        });
    }

    private Future<Void> run(Task task) {
        return call(() -> {
                    task.run();
                    return true;
                })
                .mapEmpty();
    }

    /** Fails where the right to it is missing; all works without. */
    Future<Void> hasten() {
        return run(network::hasten);
    }

    Future<Void> recover() {
        return run(addresses::recover);
    }

    Future<Void> prepare(String carpdev) {
        return run(() -> addresses.prepare(carpdev));
    }

    /**
     * See {@link VirtualAddresses#rehearse}. Nothing while a take waits, which must not wait for it; nor after {@link #restore}.
     */
    Future<Void> rehearse(AddressPlan plan) {
        return run(() -> {
            if (!restored && takesWaiting.get() == 0) {
                addresses.rehearse(plan);
            }
        });
    }

    /** Takes that are asked for in a row are carried out in one go. */
    Future<HeldAddresses> take(AddressPlan plan) {
        takesWaiting.incrementAndGet();
        return join(plan).onComplete(done -> takesWaiting.decrementAndGet());
    }

    private Future<HeldAddresses> join(AddressPlan plan) {
        Joined present = joinable;
        int place = present == null ? -1 : present.takes().join(plan);
        if (present == null || place < 0) {
            Takes takes = new Takes();
            place = takes.join(plan);
            present = new Joined(takes, call(() -> takes.carryOut(addresses)));
            joinable = present;
        }
        int own = place;
        return present.done().compose(outcomes -> outcome(outcomes.get(own)));
    }

    private static Future<HeldAddresses> outcome(TakeOutcome outcome) {
        IOException failure = outcome.failure();
        return failure == null ? Future.succeededFuture(outcome.held()) : Future.failedFuture(failure);
    }

    /** Answers how many packets were left to other nodes since the last call: see {@link VirtualAddresses#takeBalancedAway}. */
    Future<Long> renew() {
        return call(() -> {
            addresses.renew();
            return addresses.takeBalancedAway();
        });
    }

    Future<Void> release(AddressPlan plan) {
        return run(() -> addresses.release(plan));
    }

    Future<Void> restore() {
        restored = true;
        return run(addresses::restore);
    }
}
