// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.daemon.access.Role;
import io.mirrorcarp.daemon.control.CommandFailure;
import io.mirrorcarp.daemon.control.Commands;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.proto.control.Request;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings a configuration from the page into the file and into force, for a time. Unless it is confirmed within that, the daemon goes back by itself, and so does the
 * file: a change that cuts its administrator off undoes itself. For one event loop.
 */
final class SettingsChange {
    private static final Request CONFIRM = Request.newBuilder()
            .setConfirm(Request.Confirm.getDefaultInstance())
            .build();
    private static final long NO_TIMER = -1;
    private static final int TEXT_LIMIT = 262_144;
    private static final int LEAST_SECONDS = 5;
    private static final int MOST_SECONDS = 600;

    /** How long after the daemon's own way back the file follows. */
    private static final long AFTER_MILLIS = 1_500;

    private final Vertx vertx;
    private final Function<Request, Future<Commands.Answer>> commands;
    private final ConfigurationView view;
    private final EventLog events;
    private @Nullable String textBefore;
    private String runningBefore = "";
    private long timer = NO_TIMER;

    SettingsChange(
            Vertx vertx, Function<Request, Future<Commands.Answer>> commands, ConfigurationView view, EventLog events) {
        this.vertx = vertx;
        this.commands = commands;
        this.view = view;
        this.events = events;
    }

    List<Route> routes() {
        return List.of(
                Route.get(Api.ROOT + "config/file", exchange -> blocking(view::file))
                        .needing(Role.OPERATE),
                Route.post(Api.ROOT + "config/apply", Role.OPERATE, this::apply).withMaximumBody(TEXT_LIMIT),
                Route.post(Api.ROOT + "config/confirm", Role.OPERATE, exchange -> confirm()));
    }

    private interface Reading {
        JsonObject read() throws IOException;
    }

    private Future<@Nullable String> blocking(Reading reading) {
        return vertx.executeBlocking(reading::read)
                .map(JsonObject::encodePrettily)
                .recover(e -> Future.failedFuture(new CommandFailure(ExitStatus.FAILED, "the file: " + problem(e))));
    }

    /** The file is written, and the daemon reads it. Where it does not take it, the file is as before. */
    private Future<@Nullable String> apply(Exchange exchange) throws Refusal {
        JsonObject body = exchange.body();
        if (!(body.getValue("text") instanceof String text)) {
            throw Refusal.badBody("text is needed: the configuration");
        }
        if (!(body.getValue("seconds") instanceof Integer seconds)
                || seconds < LEAST_SECONDS
                || seconds > MOST_SECONDS) {
            throw Refusal.badBody("seconds must be a whole number from " + LEAST_SECONDS + " to " + MOST_SECONDS);
        }
        if (textBefore != null) {
            throw new Refusal(409, null, "another change waits to be confirmed");
        }
        if (!(body.getValue("both", false) instanceof Boolean both)) {
            throw Refusal.badBody("both must be true or false");
        }
        exchange.checkMembers("text", "seconds", "both");
        textBefore = "";
        return vertx.executeBlocking(() -> {
                    runningBefore = view.running();
                    return view.write(text);
                })
                .recover(e -> Future.failedFuture(new CommandFailure(
                        ExitStatus.FAILED,
                        "nothing is changed, the file cannot be written: " + problem(e)
                                + ". Change it by hand, then carpctl reload; or let carpd write it: systemctl edit carpd,"
                                + " [Service], ReadWritePaths=/etc/carpd")))
                .onFailure(e -> textBefore = null)
                .compose(before ->
                        reload(before, seconds, both, exchange.caller().name()));
    }

    private Future<@Nullable String> reload(String before, int seconds, boolean both, String who) {
        textBefore = before;
        Request.Reload reload = Request.Reload.newBuilder()
                .setConfirmSeconds(seconds)
                .setBoth(both)
                .build();
        return commands.apply(Request.newBuilder().setReload(reload).build())
                .onSuccess(answer -> {
                    events.report("reload", who + " changed the configuration by the web pages");
                    timer = vertx.setTimer(
                            TimeUnit.SECONDS.toMillis(seconds) + AFTER_MILLIS, late -> restoreIfTakenBack(before));
                })
                .map(answer -> new JsonObject()
                        .put("ok", true)
                        .put("exitStatus", answer.exitStatus())
                        .put("text", answer.out())
                        .put("seconds", answer.out().contains("confirm") ? seconds : 0)
                        .encodePrettily())
                .recover(failure -> restore(before).transform(restored -> Future.failedFuture(failure)));
    }

    private Future<@Nullable String> confirm() {
        return commands.apply(CONFIRM).map(answer -> {
            vertx.cancelTimer(timer);
            textBefore = null;
            return new JsonObject()
                    .put("ok", true)
                    .put("exitStatus", answer.exitStatus())
                    .put("text", answer.out())
                    .encodePrettily();
        });
    }

    /** Somebody else may have confirmed it: then what runs is not what ran before. */
    private void restoreIfTakenBack(String before) {
        boolean takenBack = view.running().equals(runningBefore);
        if (takenBack) {
            restore(before)
                    .onSuccess(done ->
                            events.report("reload", "the file is as before the change, which was not confirmed"));
        }
        textBefore = null;
    }

    private Future<String> restore(String before) {
        textBefore = null;
        return vertx.executeBlocking(() -> view.writeWhole(before))
                .onFailure(
                        e -> events.warn("reload", "the file still has the change that was taken back: " + problem(e)));
    }

    private static String problem(Throwable failure) {
        if (failure instanceof AccessDeniedException denied) {
            return denied.getFile() + ": permission denied";
        }
        if (failure instanceof FileSystemException file && file.getReason() != null) {
            return file.getFile() + ": " + file.getReason();
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
