// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.Map;

/** Counts on one event loop. */
final class Counts {
    private final Map<WebCounter, Long> counts = new EnumMap<>(WebCounter.class);

    void add(WebCounter counter) {
        counts.merge(counter, 1L, Long::sum);
    }

    JsonObject json() {
        JsonObject json = new JsonObject();
        for (WebCounter counter : WebCounter.values()) {
            json.put(counter.label(), counts.getOrDefault(counter, 0L));
        }
        return json;
    }
}
