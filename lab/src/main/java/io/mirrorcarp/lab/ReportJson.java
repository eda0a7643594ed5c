// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mirrorcarp.lab.traffic.DownloadResult;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The report as one JSON object, for programs. */
final class ReportJson {
    private static final int SCHEMA = 1;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double NANOS = 1e9;

    private ReportJson() {}

    static String of(LabReport report) {
        ObjectNode root = JSON.createObjectNode();
        root.put("schema", SCHEMA);
        root.put("pass", report.problem().isEmpty());
        root.put("reason", report.problem().orElse(null));
        root.put("how", report.failure().name().toLowerCase(Locale.ROOT));
        root.put("gapLimitSeconds", report.failure().gapLimit().toMillis() / 1000.0);
        root.set("run", outcome(report.run()));
        root.set("control", outcome(report.control()));
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values can be written", e);
        }
    }

    private static @Nullable ObjectNode outcome(@Nullable RunOutcome outcome) {
        if (outcome == null) {
            return null;
        }
        ObjectNode node = JSON.createObjectNode();
        node.put("pfsync", outcome.pfsync());
        node.put("setupSeconds", seconds(outcome.setupSeconds()));
        node.put("gapSeconds", seconds(outcome.gapSeconds()));
        node.put("standbyMaster", outcome.standbyMaster());
        node.put("newConnectionWorks", outcome.newConnectionWorks());
        node.putObject("idle")
                .put("connections", outcome.idle().connections())
                .put("alive", outcome.idle().alive());
        WayBack back = outcome.wayBack();
        if (back != null) {
            node.putObject("wayBack")
                    .put("masterAgain", back.masterAgain())
                    .put("seconds", seconds(back.seconds()))
                    .put("gapSeconds", seconds(back.gapSeconds()))
                    .put("gapLimitSeconds", WayBack.GAP_LIMIT_SECONDS);
        }
        ArrayNode timeLine = node.putArray("timeLine");
        for (TimedEvent event : outcome.timeLine()) {
            timeLine.addObject()
                    .put("seconds", seconds(event.seconds()))
                    .put("node", event.node())
                    .put("event", event.text());
        }
        ArrayNode downloads = node.putArray("downloads");
        for (DownloadResult download : outcome.downloads()) {
            addDownload(downloads.addObject(), download);
        }
        return node;
    }

    private static void addDownload(ObjectNode node, DownloadResult download) {
        node.put("complete", download.complete());
        node.put("bytes", download.bytes());
        node.put("expectedBytes", download.plan().bytes());
        node.put("sha256", download.sha256());
        node.put("digestEqual", download.digestEqual());
        node.put("seconds", seconds((download.endNanos() - download.startNanos()) / NANOS));
        node.put("longestGapSeconds", seconds(download.longestGap().nanos() / NANOS));
        node.put("error", download.error());
    }

    /** To the millisecond: what follows is noise. */
    private static double seconds(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
