// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.mirrorcarp.daemon.config.Settings.Difference;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** Renders what differs between this node and its peers. */
final class DifferenceText {
    private static final int SCHEMA = 1;

    private DifferenceText() {}

    /** A line for each difference, and one for a peer without any. */
    static String text(Map<String, List<Difference>> peers) {
        StringBuilder text = new StringBuilder();
        peers.forEach((node, differences) -> {
            if (differences.isEmpty()) {
                text.append(node).append(": every setting that matters is the same\n");
            }
            differences.forEach(difference ->
                    text.append(difference.text("here", "on " + node)).append('\n'));
        });
        return text.toString();
    }

    /** {@code {"schema": 1, "peers": [{"node": ..., "differences": [{"path": ..., "here": ..., "there": ...}]}]}}; null for a setting that is not there. */
    static String json(Map<String, List<Difference>> peers) {
        JsonArray all = new JsonArray();
        peers.forEach((node, differences) -> {
            JsonArray list = new JsonArray();
            differences.forEach(difference -> list.add(new JsonObject()
                    .put("path", difference.path())
                    .put("here", difference.first())
                    .put("there", difference.second())));
            all.add(new JsonObject().put("node", node).put("differences", list));
        });
        return new JsonObject().put("schema", SCHEMA).put("peers", all).encodePrettily() + "\n";
    }
}
