// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import io.mirrorcarp.lab.traffic.DownloadResult;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The report as lines for people. */
final class ReportText {
    private ReportText() {}

    /** The whole report; its last line is {@code PASS} or {@code FAIL: why}. */
    static String of(LabReport report) {
        StringBuilder text = new StringBuilder("\n");
        RunOutcome run = report.run();
        if (run != null) {
            appendTimeLine(text, run);
            appendDownload(text, report.failure(), run);
        }
        RunOutcome control = report.control();
        if (control != null) {
            appendControl(text, control);
        }
        return text.append(report.problem().map(why -> "FAIL: " + why).orElse("PASS"))
                .append('\n')
                .toString();
    }

    private static void appendTimeLine(StringBuilder text, RunOutcome run) {
        text.append("Time line, in seconds\n");
        for (TimedEvent event : run.timeLine()) {
            text.append(format("%9.3f  %-6s  %s%n", event.seconds(), event.node(), event.text()));
        }
        text.append('\n');
    }

    private static void appendDownload(StringBuilder text, Failure failure, RunOutcome run) {
        DownloadResult worst = run.worst();
        int count = run.downloads().size();
        if (count > 1) {
            text.append(format("Downloads  %d of %d complete; the slowest:%n", run.complete(), count));
        }
        text.append(format(
                "Download   %,d of %,d bytes%n", worst.bytes(), worst.plan().bytes()));
        text.append(format("SHA-256    %s, %s%n", worst.sha256(), worst.digestEqual() ? "as sent" : "NOT as sent"));
        text.append(format(
                "Gap        %.3f s, limit %.1f s%n",
                run.gapSeconds(), failure.gapLimit().toMillis() / 1000.0));
        appendWayBack(text, run.wayBack());
        text.append(format(
                "Idle       %d of %d connections alive%n",
                run.idle().alive(), run.idle().connections()));
    }

    private static void appendWayBack(StringBuilder text, @Nullable WayBack back) {
        if (back != null) {
            text.append(format(
                    "Way back   %s after %.1f s; gap %.3f s, limit %.1f s%n",
                    back.masterAgain() ? "fw-a MASTER again" : "fw-a NOT master again",
                    back.seconds(),
                    back.gapSeconds(),
                    WayBack.GAP_LIMIT_SECONDS));
        }
    }

    private static void appendControl(StringBuilder text, RunOutcome control) {
        DownloadResult worst = control.worst();
        text.append(format(
                "Control    pfsync off: %s; a new connection %s%n%n",
                worst.complete() ? "the connection SURVIVED" : "the connection died (" + worst.error() + ")",
                control.newConnectionWorks() ? "works" : "does NOT work"));
    }

    private static String format(String pattern, Object... arguments) {
        return String.format(Locale.ROOT, pattern, arguments);
    }
}
