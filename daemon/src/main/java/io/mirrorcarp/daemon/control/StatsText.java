// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Renders counters as {@code netstat -s} does: the number, then what was counted. */
final class StatsText {
    /** What netstat says; a counter that is not here is named by the words of its name. */
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("packetsReceived", "packets received (IPv4)"),
            Map.entry("packetsReceived6", "packets received (IPv6)"),
            Map.entry("badInterface", "discarded for bad interface"),
            Map.entry("badTtl", "discarded for wrong TTL"),
            Map.entry("shortHeader", "shorter than header"),
            Map.entry("badSum", "discarded for bad checksum"),
            Map.entry("badVersion", "discarded for bad version"),
            Map.entry("badLength", "discarded for bad length"),
            Map.entry("badAuth", "discarded for bad authentication"),
            Map.entry("badVhid", "discarded for bad vhid"),
            Map.entry("badAction", "discarded for bad action"),
            Map.entry("badValues", "states with bad values"),
            Map.entry("badState", "failed state lookups and inserts"),
            Map.entry("badConnection", "connections of no peer, or with data"),
            Map.entry("stale", "stale states"),
            Map.entry("replayed", "discarded as replayed"),
            Map.entry("unverified", "discarded unverified, too many to verify"),
            Map.entry("packetsSent", "packets sent (IPv4)"),
            Map.entry("packetsSent6", "packets sent (IPv6)"),
            Map.entry("sendErrors", "send errors"),
            Map.entry("preempted", "transitions to master"),
            Map.entry("addressesPutBack", "times addresses taken away were put back"),
            Map.entry("retransmits", "retransmits"),
            Map.entry("events", "events from the kernel"),
            Map.entry("overruns", "times the kernel dropped events"),
            Map.entry("created", "entries created"),
            Map.entry("updated", "entries updated"),
            Map.entry("deleted", "entries deleted"),
            Map.entry("failed", "changes that the kernel refused"));

    private StatsText() {}

    static String render(Stats stats, @Nullable String protocol) {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, Map<String, Long>> part : parts(stats, protocol).entrySet()) {
            text.append(part.getKey()).append(":\n");
            int width = part.getValue().values().stream()
                    .mapToInt(count -> Long.toString(count).length())
                    .max()
                    .orElse(1);
            part.getValue()
                    .forEach((name, count) ->
                            text.append(String.format(Locale.ROOT, "    %" + width + "d %s%n", count, words(name))));
        }
        return text.toString();
    }

    /** The maps by the names of their protocols; only the one that is asked for unless that is null. */
    static Map<String, Map<String, Long>> parts(Stats stats, @Nullable String protocol) {
        Map<String, Map<String, Long>> parts = new LinkedHashMap<>();
        parts.put("carp", stats.carp());
        parts.put("pfsync", stats.pfsync());
        parts.put("conntrack", stats.conntrack());
        if (protocol != null) {
            parts.keySet().retainAll(Set.of(protocol));
        }
        return parts;
    }

    /** {@code bulkRequestsIn} becomes "bulk requests in". */
    static String words(String name) {
        String words = WORDS.get(name);
        return words != null
                ? words
                : name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }
}
