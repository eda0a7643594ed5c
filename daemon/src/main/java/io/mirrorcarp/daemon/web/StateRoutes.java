// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.daemon.access.Role;
import io.mirrorcarp.daemon.control.StateJobs;
import io.mirrorcarp.daemon.request.StateChoiceText;
import io.mirrorcarp.proto.control.Request;
import io.mirrorcarp.proto.control.StateChoice;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The states of the kernel's table, and what the peers lack of them. */
final class StateRoutes {
    private static final List<String> QUERY_KEYS = Stream.concat(
                    StateChoiceText.KEYS.stream(), StateChoiceText.END_KEYS.stream())
            .toList();
    private static final List<String> PARAMETERS = Stream.concat(
                    QUERY_KEYS.stream(), Stream.of("offset", "limit", "missing", "on"))
            .toList();
    private static final int DEFAULT_LIMIT = 100;
    private static final int LARGEST_OFFSET = 100_000_000;

    private final StateJobs jobs;
    private final Function<Request, Future<String>> ask;
    private final Supplier<Future<String>> notHere;

    /**
     * Asks nobody yet.
     *
     * @param ask the answer of a request that changes nothing
     * @param notHere what the peers hold that this node has not acknowledged
     */
    StateRoutes(StateJobs jobs, Function<Request, Future<String>> ask, Supplier<Future<String>> notHere) {
        this.notHere = notHere;
        this.jobs = jobs;
        this.ask = ask;
    }

    List<Route> routes() {
        return List.of(
                Route.get(Api.ROOT + "states", this::states).taking(PARAMETERS),
                Route.post(Api.ROOT + "actions/delete", Role.OPERATE, this::delete),
                Route.post(Api.ROOT + "actions/flush", Role.OPERATE, this::flush));
    }

    private Future<@Nullable String> states(Exchange exchange) throws Refusal {
        String missing = exchange.query("missing");
        if (missing != null) {
            return missing(exchange, missing);
        }
        if (exchange.query("on") != null) {
            throw Refusal.badQuery("on goes with missing=true only");
        }
        return jobs.page(
                        choice(exchange),
                        number(exchange, "offset", 0, LARGEST_OFFSET, 0),
                        number(exchange, "limit", 1, StateJobs.LARGEST_PAGE, DEFAULT_LIMIT))
                .map(JsonObject::encodePrettily);
    }

    private static StateChoice choice(Exchange exchange) throws Refusal {
        StateChoiceText text = new StateChoiceText("");
        for (String key : QUERY_KEYS) {
            String value = exchange.query(key);
            if (value != null && !value.isBlank()) {
                put(text, key, value.strip(), WebCounter.BAD_QUERY);
            }
        }
        return text.choice();
    }

    private static void put(StateChoiceText text, String key, String value, WebCounter counter) throws Refusal {
        try {
            text.put(key, value);
        } catch (IllegalArgumentException failure) {
            throw new Refusal(400, counter, String.valueOf(failure.getMessage()));
        }
    }

    private Future<@Nullable String> missing(Exchange exchange, String which) throws Refusal {
        for (String name : exchange.request().params().names()) {
            if (!name.equals("missing") && !name.equals("on")) {
                throw Refusal.badQuery(name + " does not go with missing");
            }
        }
        String on = exchange.query("on");
        return switch (which) {
            case "true" -> {
                Request.MissingStates.Builder missing =
                        Request.MissingStates.newBuilder().setJson(true);
                if (on != null) {
                    missing.setOn(on);
                }
                yield ask.apply(Request.newBuilder().setMissingStates(missing).build())
                        .map(out -> out);
            }
            case "here" -> {
                if (on != null) {
                    throw Refusal.badQuery("on goes with missing=true only");
                }
                yield notHere.get().map(out -> out);
            }
            default -> throw Refusal.badQuery("missing must be true or here, not " + which);
        };
    }

    private static int number(Exchange exchange, String name, int least, int most, int otherwise) throws Refusal {
        String text = exchange.query(name);
        try {
            int number = text == null ? otherwise : Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException expected) {
            // Said below.
        }
        throw Refusal.badQuery(name + " must be a whole number from " + least + " to " + most);
    }

    private Future<@Nullable String> delete(Exchange exchange) throws Refusal {
        StateChoiceText text = new StateChoiceText("");
        for (Map.Entry<String, Object> member : exchange.body()) {
            String key = member.getKey();
            if (!StateChoiceText.KEYS.contains(key)) {
                throw Refusal.badBody(
                        "delete does not take \"" + key + "\": there is " + String.join(", ", StateChoiceText.KEYS));
            }
            if (!(member.getValue() instanceof String || member.getValue() instanceof Integer)) {
                throw Refusal.badBody(key + " must be a text or a whole number");
            }
            put(text, key, member.getValue().toString(), WebCounter.BAD_BODY);
        }
        return answer(jobs.delete(text.choice()));
    }

    private Future<@Nullable String> flush(Exchange exchange) throws Refusal {
        if (!exchange.body().isEmpty()) {
            throw Refusal.badBody("flush deletes every state, and takes nothing: actions/delete takes a filter");
        }
        return answer(jobs.flush());
    }

    private static Future<@Nullable String> answer(Future<String> sentence) {
        return sentence.map(text -> new JsonObject()
                .put("ok", true)
                .put("exitStatus", 0)
                .put("text", text)
                .encodePrettily());
    }
}
