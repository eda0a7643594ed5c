// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.conntrack.io.ConntrackCounter;
import io.mirrorcarp.counter.Counter;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.vertx.core.json.JsonObject;

/** What the names of counters mean: their words and their help, by the part and the name of {@code stats}. */
final class CounterWords {
    private CounterWords() {}

    static String json() {
        return new JsonObject()
                .put("carp", words(CarpCounter.values()))
                .put("pfsync", words(PfsyncCounter.values()))
                .put("conntrack", words(ConntrackCounter.values()))
                .put("web", words(WebCounter.values()))
                .encodePrettily();
    }

    private static JsonObject words(Counter[] counters) {
        JsonObject words = new JsonObject();
        for (Counter counter : counters) {
            words.put(
                    counter.label(),
                    new JsonObject().put("words", counter.words()).put("help", counter.help()));
        }
        return words;
    }
}
