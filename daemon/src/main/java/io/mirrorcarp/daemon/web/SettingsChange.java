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
    private static final int TEXT_LIMIT = 262_144;
    private static final int LEAST_SECONDS = 5;
    private static final int MOST_SECONDS = 600;

    /** How often the daemon is asked whether a change still waits, and how long it is given to go back. */
    private static final long LOOK_MILLIS = 500;

    private static final long GOES_BACK_MILLIS = 1_500;

    private final Vertx vertx;
    private final Function<Request, Future<Commands.Answer>> commands;
    private final ConfigurationView view;
    private final EventLog events;

    /** From the moment in which somebody asks for a change until it is kept or taken back. */
    private boolean trying;

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
                Route.post(Api.ROOT + "config/confirm", Role.OPERATE, this::confirm));
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
        if (!(body.getValue("both", false) instanceof Boolean both)) {
            throw Refusal.badBody("both must be true or false");
        }
        exchange.checkMembers("text", "seconds", "both");
        if (trying || view.isUnconfirmed()) {
            throw new Refusal(409, null, "another change waits to be confirmed");
        }
        trying = true;
        return vertx.executeBlocking(() -> begin(text))
                .onFailure(e -> trying = false)
                .compose(runningBefore ->
                        reload(runningBefore, seconds, both, exchange.caller().name()));
    }

    /** What runs before it. */
    private String begin(String text) throws CommandFailure {
        String runningBefore = view.running();
        try {
            view.begin(text);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitStatus.FAILED,
                    "nothing is changed, the file cannot be written: " + problem(e)
                            + ". Change it by hand, then carpctl reload; or let carpd write it: systemctl edit carpd,"
                            + " [Service], ReadWritePaths=/etc/carpd");
        }
        return runningBefore;
    }

    private Future<@Nullable String> reload(String runningBefore, int seconds, boolean both, String who) {
        Request.Reload reload = Request.Reload.newBuilder()
                .setConfirmSeconds(seconds)
                .setBoth(both)
                .build();
        return commands.apply(Request.newBuilder().setReload(reload).build())
                .compose(answer -> {
                    events.report("reload", who + " changed the configuration by the web pages");
                    boolean waits = answer.out().contains("carpctl confirm");
                    // What changes nothing that runs, such as a comment, has nothing to go back to.
                    Future<?> settled = waits ? Future.succeededFuture() : keep();
                    if (waits) {
                        look(runningBefore);
                    }
                    return settled.map(done -> answer(answer).put("seconds", waits ? seconds : 0));
                })
                .<@Nullable String>map(JsonObject::encodePrettily)
                .recover(failure -> takeBack().transform(done -> Future.failedFuture(failure)));
    }

    private static JsonObject answer(Commands.Answer answer) {
        return new JsonObject()
                .put("ok", true)
                .put("exitStatus", answer.exitStatus())
                .put("text", answer.out());
    }

    private Future<@Nullable String> confirm(Exchange exchange) throws Refusal {
        exchange.checkMembers();
        return commands.apply(CONFIRM)
                .compose(answer -> keep().map(kept -> answer(answer).encodePrettily()));
    }

    private void look(String runningBefore) {
        vertx.setTimer(view.isUnconfirmed() ? LOOK_MILLIS : GOES_BACK_MILLIS, later -> {
            if (!trying) {
                return;
            }
            if (view.isUnconfirmed()) {
                look(runningBefore);
            } else if (view.running().equals(runningBefore)) {
                takeBack()
                        .onSuccess(done ->
                                events.report("reload", "the file is as before the change, which was not confirmed"));
            } else {
                // carpctl confirm.
                keep();
            }
        });
    }

    private Future<Void> keep() {
        trying = false;
        return settle(
                view::keep, "the change stays, but the next start takes it back, since this file cannot be removed: ");
    }

    private Future<Void> takeBack() {
        trying = false;
        return settle(view::takeBack, "the file still has the change that was taken back: ");
    }

    private interface Writing {
        void write() throws IOException;
    }

    private Future<Void> settle(Writing writing, String trouble) {
        return vertx.<Void>executeBlocking(() -> {
                    writing.write();
                    return null;
                })
                .onFailure(e -> events.warn("reload", trouble + problem(e)));
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
