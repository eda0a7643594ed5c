// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import static io.mirrorcarp.daemon.control.CommandFailure.usage;

import io.mirrorcarp.proto.control.Request;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;

/**
 * Answers {@code states}, {@code states delete} and {@code states flush}: reads the kernel's table batch by batch, and does with each what was asked. The next batch
 * is read when the reader has taken the one before, so a table of any size takes the memory of one batch; a reader that leaves ends it.
 */
final class StateStream {
    /** After this many batches the client is sent something, also where no state of them is chosen. */
    private static final int BATCHES_IN_SILENCE = 32;

    /** A person who waits for longer is told how far it is, as often. */
    private static final long PROGRESS_MILLIS = 2_000;

    private final Vertx vertx;
    private final ControlConnection connection;
    private final DaemonCommands daemon;
    private final Context context;
    private final StateFilter filter;
    private final StateWork work;
    private boolean closed;
    private boolean finished;
    private int silent;

    private StateStream(
            Vertx vertx, ControlConnection connection, DaemonCommands daemon, StateFilter filter, StateWork work) {
        this.vertx = vertx;
        this.connection = connection;
        this.daemon = daemon;
        context = vertx.getOrCreateContext();
        this.filter = filter;
        this.work = work;
    }

    /** Empty for a command that is not about the states of the table. */
    static Optional<StateStream> of(Vertx vertx, ControlConnection connection, DaemonCommands daemon, Request request)
            throws CommandFailure {
        StateFilter filter;
        StateWork work;
        switch (request.getCommandCase()) {
            case STATES -> {
                Request.States asked = request.getStates();
                filter = StateFilter.of(asked.getChoice());
                work = asked.getSummary()
                        ? new StateSummary(filter, asked.getJson())
                        : new StateList(filter, asked.getJson());
            }
            case STATES_DELETE -> {
                filter = StateFilter.of(request.getStatesDelete().getChoice());
                if (filter.isAll()) {
                    throw usage(
                            "states delete needs a filter, such as --src 10.0.0.7; carpctl states flush deletes all");
                }
                work = new StateDeletion(filter);
            }
            case STATES_FLUSH -> {
                filter = StateFilter.ALL;
                work = new StateDeletion(filter);
            }
            default -> {
                return Optional.empty();
            }
        }
        return Optional.of(new StateStream(vertx, connection, daemon, filter, work));
    }

    void start() {
        // At once, so that the client does not take a long search for silence.
        connection.write("");
        long timer = vertx.setPeriodic(PROGRESS_MILLIS, late -> tellProgress());
        connection.onClose(() -> {
            closed = true;
            vertx.cancelTimer(timer);
        });
        daemon.openStates(filter.flows())
                .onSuccess(table -> context.runOnContext(now -> next(table)))
                .onFailure(failure -> context.runOnContext(now -> connection.fail(failure)));
    }

    private void tellProgress() {
        String soFar = work.soFar();
        if (!soFar.isEmpty() && !finished) {
            connection.note(soFar);
        }
    }

    private void next(StateTable table) {
        if (closed) {
            table.close();
            return;
        }
        table.read()
                .compose(more -> work.take(table).compose(this::write).map(more))
                .onSuccess(more -> context.runOnContext(now -> {
                    if (more) {
                        next(table);
                    } else {
                        table.close();
                        finished = true;
                        connection.finish(work.end(table), "", ExitStatus.OK);
                    }
                }))
                .onFailure(failure -> context.runOnContext(now -> {
                    table.close();
                    if (!closed) {
                        connection.fail(failure);
                    }
                }));
    }

    private Future<Void> write(String text) {
        silent = text.isEmpty() ? silent + 1 : 0;
        if (text.isEmpty() && silent % BATCHES_IN_SILENCE != 0) {
            return Future.succeededFuture();
        }
        return connection.write(text);
    }
}
