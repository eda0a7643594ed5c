// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.firewall;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Predicate;

/** Conditions on the answer to {@code carpctl status --json}. */
public final class Statuses {
    private Statuses() {}

    /** Every virtual host, and at least one, is in that state: "init", "backup" or "master". */
    public static Predicate<JsonNode> every(String state) {
        return status -> {
            JsonNode vhids = status.path("vhids");
            for (JsonNode vhid : vhids) {
                if (!vhid.path("state").asText().equals(state)) {
                    return false;
                }
            }
            return !vhids.isEmpty();
        };
    }

    /** The named virtual host is in that state. */
    public static Predicate<JsonNode> vhid(String name, String state) {
        return status -> {
            for (JsonNode vhid : status.path("vhids")) {
                if (vhid.path("name").asText().equals(name)) {
                    return vhid.path("state").asText().equals(state);
                }
            }
            return false;
        };
    }

    /** pfsync is in that state: "off", "alone", "bulk", "in-sync", "lagging", "one-way" or "lost". */
    public static Predicate<JsonNode> pfsync(String state) {
        return status -> status.path("pfsync").path("state").asText().equals(state);
    }
}
