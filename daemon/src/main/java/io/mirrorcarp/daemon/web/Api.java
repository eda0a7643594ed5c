// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.daemon.access.Role;
import io.mirrorcarp.daemon.control.CommandFailure;
import io.mirrorcarp.daemon.control.Commands;
import io.mirrorcarp.daemon.control.Event;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.control.JsonText;
import io.mirrorcarp.daemon.control.StateJobs;
import io.mirrorcarp.proto.control.Request;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code carpctl} can do, over HTTP: the same commands, the same checks, the same JSON. {@code openapi.json} describes it. */
final class Api {
    static final String ROOT = "/api/v1/";

    private static final Logger LOG = LoggerFactory.getLogger("carpd");
    private static final Request STATUS = Request.newBuilder()
            .setStatus(Request.Status.newBuilder().setJson(true))
            .build();
    private static final Request STATS = Request.newBuilder()
            .setStats(Request.Stats.newBuilder().setJson(true))
            .build();
    private static final Request DOCTOR = Request.newBuilder()
            .setDoctor(Request.Doctor.newBuilder().setJson(true))
            .build();
    private static final List<String> ACTIONS =
            List.of("failover", "maintenance", "disable", "bulk", "verify", "demote", "vhid");
    private static final int CONFIGURATION_LIMIT = 262_144;
    private static final int DEFAULT_EVENTS = 100;
    private static final long ACTION_LIMIT_SECONDS = 35;

    /** What peers are asked. */
    private enum PeerQuestion {
        STATUS,
        MISSING,
        EVENTS
    }

    private final Vertx vertx;
    private final Commands commands;
    private final EventLog events;
    private final EventFeed feed;
    private final ConfigurationView configuration;
    private final CounterSet<WebCounter> counts;
    private final RecentAnswers<Request> answers;
    private final StateRoutes states;
    private final Peers peers;
    private final RecentAnswers<PeerQuestion> peerAnswers;
    private final SettingsChange settings;

    Api(
            Vertx vertx,
            Commands commands,
            StateJobs states,
            Peers peers,
            EventLog events,
            EventFeed feed,
            ConfigurationView configuration,
            CounterSet<WebCounter> counts) {
        this.vertx = vertx;
        this.commands = commands;
        this.events = events;
        this.feed = feed;
        this.configuration = configuration;
        this.counts = counts;
        this.answers = new RecentAnswers<>(request -> run(request).map(Commands.Answer::out), events::latestSequence);
        this.peers = peers;
        this.peerAnswers = new RecentAnswers<>(this::askPeers, events::latestSequence);
        this.states = new StateRoutes(states, answers::ask, () -> peerAnswers.ask(PeerQuestion.MISSING));
        this.settings = new SettingsChange(vertx, this::run, configuration, events);
    }

    /** The answer comes on any loop, and is worked on here. */
    private Future<Commands.Answer> run(Request request) {
        Context context = vertx.getOrCreateContext();
        Promise<Commands.Answer> here = Promise.promise();
        commands.run(request).onComplete(answer -> context.runOnContext(now -> here.handle(answer)));
        return here.future();
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>(List.of(
                Route.get(ROOT + "status", exchange -> answers.ask(STATUS)),
                Route.get(ROOT + "peers", exchange -> status().compose(this::peers)),
                Route.get(ROOT + "peers/events", exchange -> peerAnswers.ask(PeerQuestion.EVENTS)),
                Route.get(ROOT + "stats", exchange -> stats()),
                Route.get(ROOT + "counters", exchange -> Future.succeededFuture(CounterWords.json())),
                Route.get(ROOT + "events", this::events).taking(List.of("count")),
                Route.get(ROOT + "doctor", exchange -> answers.ask(DOCTOR)),
                Route.get(ROOT + "config", exchange -> blocking(configuration::show)),
                Route.post(ROOT + "config/check", Role.OPERATE, this::checkConfiguration)
                        .withMaximumBody(CONFIGURATION_LIMIT)));
        routes.addAll(states.routes());
        routes.addAll(settings.routes());
        for (String action : ACTIONS) {
            routes.add(Route.post(ROOT + "actions/" + action, Role.OPERATE, exchange -> act(action, exchange)));
        }
        return routes;
    }

    private Future<JsonObject> status() {
        return answers.ask(STATUS).map(JsonObject::new);
    }

    /** The nodes that are known of: by the state channel, and by their advertisements; and what those say that answer. */
    private Future<@Nullable String> peers(JsonObject status) {
        return peerAnswers
                .ask(PeerQuestion.STATUS)
                .map(JsonObject::new)
                .map(all -> peers(status, all.getJsonArray("peers")));
    }

    /** The answers of those that are understood. */
    private Future<String> askPeers(PeerQuestion question) {
        Context context = vertx.getOrCreateContext();
        Promise<String> here = Promise.promise();
        asked(question)
                .otherwise(List.of())
                .onComplete(answer -> context.runOnContext(now -> {
                    JsonArray all = new JsonArray();
                    answer.result().forEach(text -> object(text).ifPresent(all::add));
                    here.complete(
                            new JsonObject().put("schema", 1).put("peers", all).encode());
                }));
        return here.future();
    }

    private Future<List<String>> asked(PeerQuestion question) {
        return switch (question) {
            case STATUS -> peers.statuses();
            case MISSING -> peers.notHere();
            case EVENTS -> peers.events();
        };
    }

    /** Another version may answer what this one does not understand. */
    private static Optional<JsonObject> object(String text) {
        try {
            return Optional.of(new JsonObject(text));
        } catch (DecodeException expected) {
            return Optional.empty();
        }
    }

    private static String peers(JsonObject status, JsonArray statuses) {
        JsonArray advertisers = new JsonArray();
        for (Object one : status.getJsonArray("vhids")) {
            JsonObject host = (JsonObject) one;
            for (Object heard : host.getJsonArray("peers")) {
                advertisers.add(((JsonObject) heard).copy().put("name", host.getString("name")));
            }
        }
        return new JsonObject()
                .put("schema", status.getInteger("schema"))
                .put("node", status.getString("node"))
                .put("peers", status.getJsonObject("pfsync").getJsonArray("peers"))
                .put("advertisers", advertisers)
                .put("statuses", statuses)
                .encodePrettily();
    }

    private Future<@Nullable String> stats() {
        return answers.ask(STATS)
                .map(out -> new JsonObject(out)
                        .put("web", JsonText.counters(counts.values()))
                        .encodePrettily());
    }

    /** A stream, unless JSON is asked for. */
    private Future<@Nullable String> events(Exchange exchange) throws Refusal {
        int count = count(exchange.query("count"));
        String accept = exchange.request().getHeader("Accept");
        if (accept != null && accept.contains("application/json")) {
            JsonArray list = new JsonArray();
            for (Event event : events.last(count)) {
                list.add(new JsonObject(JsonText.event(event)));
            }
            return Future.succeededFuture(
                    new JsonObject().put("schema", 1).put("events", list).encodePrettily());
        }
        feed.open(exchange.request(), exchange.caller(), count);
        return Future.succeededFuture(null);
    }

    private static int count(@Nullable String text) throws Refusal {
        try {
            int count = text == null ? DEFAULT_EVENTS : Integer.parseInt(text);
            if (count >= 0 && count <= EventLog.CAPACITY) {
                return count;
            }
        } catch (NumberFormatException expected) {
            // Said below.
        }
        throw Refusal.badQuery("count must be a whole number from 0 to " + EventLog.CAPACITY);
    }

    private Future<@Nullable String> checkConfiguration(Exchange exchange) throws Refusal {
        if (!(exchange.body().getValue("text") instanceof String text)) {
            throw Refusal.badBody("text is needed: the configuration");
        }
        exchange.checkMembers("text");
        return blocking(() -> configuration.check(text));
    }

    private Future<@Nullable String> act(String action, Exchange exchange) throws Refusal {
        Request request = ActionBody.of(action, exchange.body());
        LOG.info(
                "{} from {} by the web pages: {} {}",
                exchange.caller().name(),
                exchange.address(),
                action,
                exchange.body().encode().replaceAll("\\p{Cntrl}", "?"));
        return run(request)
                .timeout(ACTION_LIMIT_SECONDS, TimeUnit.SECONDS)
                .map(answer -> new JsonObject()
                        .put("ok", answer.exitStatus() == ExitStatus.OK)
                        .put("exitStatus", answer.exitStatus())
                        .put("text", answer.out())
                        .encodePrettily());
    }

    private Future<@Nullable String> blocking(Callable<JsonObject> task) {
        return vertx.executeBlocking(task).map(JsonObject::encodePrettily);
    }

    /** The HTTP status of a command that was not carried out. */
    static int httpStatus(CommandFailure failure) {
        return switch (failure.exitStatus()) {
            case ExitStatus.USAGE -> 400;
            case ExitStatus.CONFIGURATION_INVALID -> 422;
            default -> 409;
        };
    }
}
