// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a monitoring system is told of a node: made of the JSON of {@code carpctl status}. Pure.
 *
 * @param line the sentence, a bar, and the performance data
 */
record CheckVerdict(Level level, String line) {
    /** Beyond this share of the kernel's table it is time to act. */
    private static final long FULL_PERCENT = 80;

    /** A master that was heard this long ago is there, with the interval of its advertisements on top. */
    private static final double HEARD_SECONDS = 3;

    /** In the order of Nagios' plugins. */
    enum Level {
        OK(0),
        WARNING(1),
        CRITICAL(2),
        /** Nothing can be said of the node. */
        UNKNOWN(3);

        private final int exitStatus;

        Level(int exitStatus) {
            this.exitStatus = exitStatus;
        }

        int exitStatus() {
            return exitStatus;
        }
    }

    /** Where no daemon answers. */
    static CheckVerdict unanswered(String why) {
        return without(Level.CRITICAL, why.isEmpty() ? "carpd gives no answer" : why);
    }

    /** Where the check itself could not be made. */
    static CheckVerdict unknown(String why) {
        return without(Level.UNKNOWN, why.isEmpty() ? "carpd gives no answer that is understood" : why);
    }

    private static CheckVerdict without(Level level, String why) {
        String reason = why.lines().findFirst().orElse("");
        return new CheckVerdict(
                level, "CARP " + level + " - " + reason.replace('|', '/').replaceAll("\\p{Cntrl}", " "));
    }

    /** @param expected master, backup, or empty for either */
    static CheckVerdict of(JsonNode status, String expected) {
        List<String> critical = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        int masters = 0;
        for (JsonNode host : status.path("vhids")) {
            int ofHost = masters(host, status);
            masters += ofHost;
            if (ofHost != 1) {
                critical.add(host.path("name").asText() + " has " + (ofHost == 0 ? "no master" : ofHost + " masters"));
            }
            String state = host.path("state").asText();
            if (!expected.isEmpty() && !state.equals(expected)) {
                warnings.add(host.path("name").asText() + " is " + upper(state) + ", not " + upper(expected));
            }
        }
        if (!status.path("failoverReady").asBoolean()) {
            status.path("failoverBlockedBy").forEach(reason -> warnings.add(reason.asText()));
        }
        if (percentFull(status) >= FULL_PERCENT) {
            warnings.add("the conntrack table is " + percentFull(status) + " % full");
        }
        Level level = !critical.isEmpty() ? Level.CRITICAL : warnings.isEmpty() ? Level.OK : Level.WARNING;
        List<String> sentences = new ArrayList<>(critical);
        sentences.add(roles(status));
        sentences.addAll(warnings);
        String words = String.join(", ", sentences).replace('|', '/').replaceAll("\\p{Cntrl}", " ");
        return new CheckVerdict(level, "CARP " + level + " - " + words + " | " + performance(status, masters));
    }

    /** Over all nodes: this one, those on the state channel, and one that only its advertisements tell of. */
    private static int masters(JsonNode host, JsonNode status) {
        int count = host.path("state").asText().equals("master") ? 1 : 0;
        int told = 0;
        for (JsonNode peer : status.path("pfsync").path("peers")) {
            for (JsonNode name : peer.path("masterOf")) {
                told += name.asText().equals(host.path("name").asText()) ? 1 : 0;
            }
        }
        boolean heard = false;
        double limit = HEARD_SECONDS * Math.max(1, host.path("advbase").asInt()) + 1;
        for (JsonNode peer : host.path("peers")) {
            heard |= peer.path("lastSeenSeconds").asDouble() < limit;
        }
        return count + Math.max(told, count == 0 && heard ? 1 : 0);
    }

    private static long percentFull(JsonNode status) {
        long limit = status.path("conntrack").path("limit").asLong();
        return limit <= 0 ? 0 : 100 * status.path("conntrack").path("entries").asLong() / limit;
    }

    private static String roles(JsonNode status) {
        JsonNode hosts = status.path("vhids");
        List<String> roles = new ArrayList<>();
        for (String state : List.of("master", "backup", "init")) {
            long count = 0;
            for (JsonNode host : hosts) {
                count += host.path("state").asText().equals(state) ? 1 : 0;
            }
            if (count > 0) {
                roles.add(upper(state) + " " + count + "/" + hosts.size());
            }
        }
        roles.add("pfsync " + status.path("pfsync").path("state").asText().replace('-', ' '));
        return String.join(", ", roles);
    }

    private static String performance(JsonNode status, int masters) {
        JsonNode table = status.path("conntrack");
        StringBuilder text = new StringBuilder("masters=" + masters + ";;;0 vhids="
                + status.path("vhids").size() + ";;;0 demotion="
                + status.path("demotion").asLong() + ";;;0 states="
                + table.path("entries").asLong() + ";" + table.path("limit").asLong() * FULL_PERCENT / 100 + ";;0;"
                + table.path("limit").asLong());
        double lag = 0;
        long entries = -1;
        for (JsonNode peer : status.path("pfsync").path("peers")) {
            // What one that is silent said last is no news.
            if (!peer.path("state").asText().equals("lost")) {
                lag = Math.max(lag, peer.path("lagMillis").asDouble());
                entries = Math.max(entries, peer.path("entries").asLong());
            }
        }
        if (entries >= 0) {
            text.append(String.format(Locale.ROOT, " lag=%.1fms;;;0 peer_states=%d;;;0", lag, entries));
        }
        return text.toString();
    }

    private static String upper(String state) {
        return state.toUpperCase(Locale.ROOT);
    }
}
