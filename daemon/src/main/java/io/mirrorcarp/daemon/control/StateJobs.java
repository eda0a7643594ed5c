// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import static io.mirrorcarp.daemon.control.CommandFailure.usage;

import io.mirrorcarp.proto.control.StateChoice;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Reads pages of the kernel's table, and deletes from it, for the web pages: with the filters of {@code carpctl states}. One job runs at a time, whoever asks, since each
 * may read a table of millions; a few may wait. For one event loop.
 */
public final class StateJobs {
    /** How many states a page may have. */
    public static final int LARGEST_PAGE = 500;

    private static final int WAITING = 8;

    private final Vertx vertx;
    private final DaemonCommands daemon;
    private Future<?> last = Future.succeededFuture();
    private int waiting;

    public StateJobs(Vertx vertx, DaemonCommands daemon) {
        this.vertx = vertx;
        this.daemon = daemon;
    }

    /**
     * Some of the states that are chosen, in the order of the kernel's table.
     *
     * @param offset how many of them are passed over
     * @param limit 1 to {@link #LARGEST_PAGE}
     */
    public Future<JsonObject> page(StateChoice choice, int offset, int limit) {
        try {
            StateFilter filter = StateFilter.of(choice);
            StatePage page = new StatePage(filter, offset, limit);
            return inTurn(() -> run(filter, page, page::isFull).map(end -> page.json()));
        } catch (CommandFailure failure) {
            return Future.failedFuture(failure);
        }
    }

    /**
     * Deletes what is chosen, here and on the peers.
     *
     * @param choice with at least one member
     * @return a sentence
     */
    public Future<String> delete(StateChoice choice) {
        try {
            StateFilter filter = StateFilter.of(choice);
            if (filter.isAll()) {
                throw usage("a filter is needed, such as src; actions/flush deletes all");
            }
            return inTurn(() -> run(filter, new StateDeletion(filter), () -> false));
        } catch (CommandFailure failure) {
            return Future.failedFuture(failure);
        }
    }

    /**
     * Deletes every state, here and on the peers.
     *
     * @return a sentence
     */
    public Future<String> flush() {
        return inTurn(() -> run(StateFilter.ALL, new StateDeletion(StateFilter.ALL), () -> false));
    }

    private <T> Future<T> inTurn(Supplier<Future<T>> job) {
        if (waiting >= WAITING) {
            return Future.failedFuture(
                    new CommandFailure(ExitStatus.FAILED, "too many look through the states just now: try again"));
        }
        waiting++;
        Future<T> next = last.otherwiseEmpty().compose(free -> job.get()).onComplete(done -> waiting--);
        last = next;
        return next;
    }

    private Future<String> run(StateFilter filter, StateWork work, BooleanSupplier enough) {
        Context context = vertx.getOrCreateContext();
        Promise<String> end = Promise.promise();
        daemon.openStates(filter.flows())
                .onSuccess(table -> context.runOnContext(now -> next(context, table, work, enough, end)))
                .onFailure(failure -> context.runOnContext(now -> end.fail(failure)));
        return end.future();
    }

    private static void next(
            Context context, StateTable table, StateWork work, BooleanSupplier enough, Promise<String> end) {
        table.read()
                .compose(more -> onContext(context, () -> work.take(table)).map(more))
                .onComplete(read -> context.runOnContext(now -> {
                    if (read.succeeded() && read.result() && !enough.getAsBoolean()) {
                        next(context, table, work, enough, end);
                        return;
                    }
                    table.close();
                    if (read.succeeded()) {
                        end.complete(work.end(table));
                    } else {
                        end.fail(read.cause());
                    }
                }));
    }

    /** What is read, and whose it is, comes on other loops. */
    private static Future<String> onContext(Context context, Supplier<Future<String>> step) {
        Promise<String> taken = Promise.promise();
        context.runOnContext(now -> step.get().onComplete(taken));
        return taken.future();
    }
}
