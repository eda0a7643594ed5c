// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Turns the body of an action into the words of {@code carpctl}, whose checks then hold for both. */
final class ActionWords {
    private final JsonObject body;
    private final Set<String> known = new TreeSet<>();

    private ActionWords(JsonObject body) {
        this.body = body;
    }

    /** Throws a {@link Refusal} for a body that the action does not have. */
    static List<String> of(String action, JsonObject body) throws Refusal {
        ActionWords words = new ActionWords(body);
        List<String> line = words.line(action);
        for (String key : body.fieldNames()) {
            if (!words.known.contains(key)) {
                String there = words.known.isEmpty() ? "nothing" : String.join(", ", words.known);
                throw Refusal.badBody(action + " does not take \"" + key + "\": there is " + there);
            }
        }
        return line;
    }

    private List<String> line(String action) throws Refusal {
        return switch (action) {
            case "failover" -> options(List.of("failover"), "to", "wait");
            case "maintenance" ->
                bool("on")
                        ? options(List.of("maintenance", "on"), "reason")
                        : options(List.of("maintenance", "off"), "reason");
            case "disable" -> List.of("sysctl", bool("on") ? "allow=0" : "allow=1");
            case "bulk" -> List.of("pfsync", "bulk");
            case "verify" -> List.of("pfsync", "verify");
            case "demote" ->
                has("reset") && bool("reset")
                        ? options(List.of("demote", "--reset"), "group")
                        : options(List.of("demote", number("value")), "reason", "for", "group");
            case "vhid" -> {
                List<String> words = new ArrayList<>(List.of("vhid", plain("name"), plain("verb")));
                if (has("force") && bool("force")) {
                    words.add("--force");
                }
                yield options(words, "for");
            }
            default -> throw new IllegalArgumentException(action);
        };
    }

    private List<String> options(List<String> words, String... keys) throws Refusal {
        List<String> line = new ArrayList<>(words);
        for (String key : keys) {
            if (has(key)) {
                line.add("--" + key + "=" + text(key));
            }
        }
        return line;
    }

    private @Nullable Object value(String key) {
        known.add(key);
        return body.getValue(key);
    }

    private boolean has(String key) {
        return value(key) != null;
    }

    private boolean bool(String key) throws Refusal {
        if (value(key) instanceof Boolean bool) {
            return bool;
        }
        throw Refusal.badBody(key + " must be true or false");
    }

    private String number(String key) throws Refusal {
        if (value(key) instanceof Integer number) {
            return number.toString();
        }
        throw Refusal.badBody(key + " must be a whole number");
    }

    private String text(String key) throws Refusal {
        if (value(key) instanceof String text) {
            return text;
        }
        throw Refusal.badBody(key + " must be a text");
    }

    /** A word that cannot be taken for an option. */
    private String plain(String key) throws Refusal {
        String text = text(key);
        if (text.isEmpty() || text.startsWith("-")) {
            throw Refusal.badBody(key + " must not be empty or begin with '-'");
        }
        return text;
    }
}
