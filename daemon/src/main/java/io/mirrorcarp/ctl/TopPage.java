// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The page of {@code carpctl top}. Every line is cut to the width of the terminal: a page that moves each second must not wrap. */
final class TopPage {
    private static final int BAR = 30;
    private static final int NARROW = 60;
    private static final long FULL_PERCENT = 80;

    private final TopSample now;
    private final TopSample before;
    private final int columns;
    private final List<String> lines = new ArrayList<>();

    private TopPage(TopSample now, TopSample before, int columns) {
        this.now = now;
        this.before = before;
        this.columns = columns;
    }

    /**
     * The lines.
     *
     * @param before the sample before this one; the same where there is none
     * @param states {@code carpctl states --summary --json}, or an empty object where it is not known yet
     */
    static List<String> lines(TopSample now, TopSample before, JsonNode states, int columns) {
        TopPage page = new TopPage(now, before, columns);
        page.head();
        page.virtualHosts();
        page.pfsync();
        page.rates();
        page.table();
        page.protocols(states);
        return page.lines;
    }

    private void head() {
        JsonNode status = now.status();
        line(
                "%s  up %.0f s  (q ends)",
                status.path("node").asText(), status.path("uptimeSeconds").asDouble());
        boolean ready = status.path("failoverReady").asBoolean();
        line(
                "Failover ready: %s   demotion %d",
                ready
                        ? "yes"
                        : "NO - " + status.path("failoverBlockedBy").path(0).asText(),
                status.path("demotion").asInt());
        line("");
    }

    private void virtualHosts() {
        line("%-12s %4s %-12s %-6s %7s %8s", "NAME", "VHID", "CARPDEV", "STATE", "SKEW", "SINCE");
        for (JsonNode host : now.status().path("vhids")) {
            line(
                    "%-12s %4d %-12s %-6s %7d %7.0fs",
                    host.path("name").asText(),
                    host.path("vhid").asInt(),
                    host.path("carpdev").asText(),
                    host.path("state").asText().toUpperCase(Locale.ROOT),
                    host.path("advertisedAdvskew").asInt(),
                    host.path("sinceSeconds").asDouble());
        }
        line("");
    }

    private void pfsync() {
        JsonNode pfsync = now.status().path("pfsync");
        line("pfsync %s", pfsync.path("state").asText());
        for (JsonNode peer : pfsync.path("peers")) {
            line(
                    "  %-12s %-8s %-13s  %d entries",
                    peer.path("node").asText(),
                    peer.path("state").asText(),
                    lag(peer),
                    peer.path("entries").asLong());
        }
        line("");
    }

    private static String lag(JsonNode peer) {
        return peer.path("idle").asBoolean()
                ? "idle"
                : String.format(
                        Locale.ROOT, "lag %6.1f ms", peer.path("lagMillis").asDouble());
    }

    private void rates() {
        line("%-22s %9s", "EACH SECOND", "");
        rate("events", "conntrack", "events");
        rate("adverts sent", "carp", "packetsSent", "packetsSent6");
        rate("adverts received", "carp", "packetsReceived", "packetsReceived6");
        rate("states sent", "pfsync", "insertsOut", "updatesOut", "deletesOut");
        rate("states received", "pfsync", "insertsIn", "updatesIn", "deletesIn");
        rate("frames sent again", "pfsync", "retransmits");
        line("");
    }

    private void rate(String what, String part, String... counters) {
        double rate = 0;
        for (String counter : counters) {
            rate += now.rate(before, part, counter);
        }
        line("  %-20s %9.1f", what, rate);
    }

    private void table() {
        long limit = now.status().path("conntrack").path("limit").asLong();
        long percent = limit == 0 ? 0 : 100 * now.entries() / limit;
        int full = (int) Math.min(BAR, BAR * percent / 100);
        String bar = columns < NARROW ? "" : "[" + "#".repeat(full) + ".".repeat(BAR - full) + "] ";
        line(
                "table %s%d %% of %d: %d, %+.0f/s%s",
                bar, percent, limit, now.entries(), now.growth(before), percent >= FULL_PERCENT ? "  nearly full" : "");
    }

    private void protocols(JsonNode states) {
        StringBuilder text = new StringBuilder("states");
        states.path("byProto")
                .properties()
                .forEach(count -> text.append("  ")
                        .append(count.getKey())
                        .append(' ')
                        .append(count.getValue().asLong()));
        line("%s", text);
    }

    private void line(String format, Object... values) {
        String line = String.format(Locale.ROOT, format, values).stripTrailing();
        lines.add(line.length() <= columns ? line : line.substring(0, columns));
    }
}
