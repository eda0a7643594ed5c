// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.daemon.access.Role;
import io.mirrorcarp.daemon.control.StateJobs;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The states of the kernel's table, and what the peers lack of them. */
final class StateRoutes {
    private static final List<String> FILTER =
            List.of("src", "dst", "sport", "dport", "proto", "zone", "mark", "owner");
    private static final int DEFAULT_LIMIT = 100;
    private static final int LARGEST_OFFSET = 100_000_000;

    private final StateJobs jobs;
    private final Function<List<String>, Future<String>> ask;
    private final Supplier<Future<String>> notHere;

    /**
     * Asks nobody yet.
     *
     * @param ask the answer of a command line that changes nothing
     * @param notHere what the peers hold that this node has not acknowledged
     */
    StateRoutes(StateJobs jobs, Function<List<String>, Future<String>> ask, Supplier<Future<String>> notHere) {
        this.notHere = notHere;
        this.jobs = jobs;
        this.ask = ask;
    }

    List<Route> routes() {
        return List.of(
                Route.get(Api.ROOT + "states", this::states),
                Route.post(Api.ROOT + "actions/delete", Role.OPERATE, this::delete));
    }

    private Future<@Nullable String> states(Exchange exchange) throws Refusal {
        String missing = exchange.query("missing");
        if ("true".equals(missing)) {
            return missing(exchange);
        }
        if ("here".equals(missing)) {
            return notHere.get().map(out -> out);
        }
        List<String> options = new ArrayList<>();
        for (String key : FILTER) {
            String value = exchange.query(key);
            if (value != null && !value.isEmpty()) {
                options.add("--" + key + "=" + value);
            }
        }
        return jobs.page(
                        options,
                        text(exchange, "address"),
                        text(exchange, "port"),
                        number(exchange, "offset", 0, LARGEST_OFFSET, 0),
                        number(exchange, "limit", 1, StateJobs.LARGEST_PAGE, DEFAULT_LIMIT))
                .map(JsonObject::encodePrettily);
    }

    private Future<@Nullable String> missing(Exchange exchange) {
        List<String> words = new ArrayList<>(List.of("states", "--missing", "--json"));
        String on = exchange.query("on");
        if (on != null) {
            words.add("--on=" + on);
        }
        return ask.apply(words).map(out -> out);
    }

    private static String text(Exchange exchange, String name) {
        String value = exchange.query(name);
        return value == null ? "" : value.strip();
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
        throw Refusal.badBody(name + " must be a whole number from " + least + " to " + most);
    }

    private Future<@Nullable String> delete(Exchange exchange) throws Refusal {
        List<String> options = new ArrayList<>();
        for (String key : exchange.body().fieldNames()) {
            if (!FILTER.contains(key)) {
                throw Refusal.badBody("delete does not take \"" + key + "\": there is " + String.join(", ", FILTER));
            }
            options.add("--" + key + "=" + exchange.body().getValue(key));
        }
        return jobs.delete(options)
                .map(text -> new JsonObject()
                        .put("ok", true)
                        .put("exitStatus", 0)
                        .put("text", text)
                        .encodePrettily());
    }
}
