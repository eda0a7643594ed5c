// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.notify;

import io.mirrorcarp.daemon.config.NotifyConfiguration.Kind;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * One thing to tell.
 *
 * @param time RFC 3339
 * @param message a sentence
 * @param facts what it says, for programs
 */
public record Notice(Kind kind, String node, String time, String message, Map<String, Object> facts) {
    private static final int SCHEMA = 1;

    public Notice {
        facts = Map.copyOf(facts);
    }

    /** The body of a webhook. */
    String json() {
        JsonObject json = new JsonObject()
                .put("schema", SCHEMA)
                .put("kind", kind.text())
                .put("node", node)
                .put("time", time)
                .put("message", message);
        facts.forEach((name, value) -> {
            if (!json.containsKey(name)) {
                json.put(name, value);
            }
        });
        return json.encode();
    }

    /** A whole mail, headers and all. Nothing that a peer or a program says ends a header. */
    String mail(String to) {
        String subject = "carpd on " + node + ": " + message;
        return "To: " + to + "\nSubject: " + subject.replaceAll("\\p{Cntrl}", " ")
                + "\nContent-Type: text/plain; charset=utf-8\nAuto-Submitted: auto-generated\n\n" + time + "\n"
                + message
                + "\n";
    }

    /** For a program. */
    Map<String, String> environment() {
        return Map.of(
                "CARPD_KIND",
                kind.text(),
                "CARPD_NODE",
                node,
                "CARPD_TIME",
                time,
                "CARPD_MESSAGE",
                message,
                "CARPD_JSON",
                json());
    }
}
