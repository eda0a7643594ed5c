// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import static io.mirrorcarp.daemon.control.Words.usage;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers {@code states}, {@code states delete} and {@code states flush}: reads the kernel's table batch by batch, and does with each what was asked. The next batch
 * is read when the reader has taken the one before, so a table of any size takes the memory of one batch; a reader that leaves ends it.
 */
final class StateStream {
    /** The client hears something after so many batches, also where no state of them is chosen. */
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

    StateStream(Vertx vertx, ControlConnection connection, DaemonCommands daemon, Words words) throws CommandFailure {
        this.vertx = vertx;
        this.connection = connection;
        this.daemon = daemon;
        context = vertx.getOrCreateContext();
        filter = StateFilter.of(words);
        work = work(words, filter);
    }

    private static StateWork work(Words words, StateFilter filter) throws CommandFailure {
        String verb = words.word(1).orElse("");
        List<String> options = new ArrayList<>(verb.equals("flush") ? List.of() : StateFilter.OPTIONS);
        if (verb.isEmpty()) {
            options.addAll(List.of("--json", "--summary"));
        }
        words.expect(0, 1, options);
        switch (verb) {
            case "" -> {
                boolean json = words.has("--json");
                return words.has("--summary") ? new StateSummary(filter, json) : new StateList(filter, json);
            }
            case "delete" -> {
                if (filter.isAll()) {
                    throw usage(
                            "states delete needs a filter, such as --src 10.0.0.7; carpctl states flush deletes all");
                }
                return new StateDeletion(filter);
            }
            case "flush" -> {
                return new StateDeletion(filter);
            }
            default -> throw usage("states takes delete or flush, or options, not \"" + verb + "\"");
        }
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
