// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import io.mirrorcarp.lab.traffic.DownloadResult;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one run showed.
 *
 * @param pfsync whether states were replicated
 * @param setupSeconds from the start until both firewalls had their roles
 * @param timeLine what happened, in order
 * @param downloads how the downloads ended; at least one
 * @param idle what became of the idle connections
 * @param standbyMaster whether the other firewall became master of every virtual host
 * @param newConnectionWorks whether each connection that was opened after an address moved came to its end
 * @param wayBack how the master came back, null when it did not have to
 */
record RunOutcome(
        boolean pfsync,
        double setupSeconds,
        List<TimedEvent> timeLine,
        List<DownloadResult> downloads,
        IdleOutcome idle,
        boolean standbyMaster,
        boolean newConnectionWorks,
        @Nullable WayBack wayBack) {
    private static final double NANOS = 1e9;

    /** The longest time in which one of the downloads stood still, in seconds. */
    double gapSeconds() {
        return downloads.stream()
                .mapToDouble(download -> download.longestGap().nanos() / NANOS)
                .max()
                .orElseThrow();
    }

    /** How many downloads came whole. */
    long complete() {
        return downloads.stream().filter(DownloadResult::complete).count();
    }

    /** The download that stood still longest, or failed. */
    DownloadResult worst() {
        return downloads.stream()
                .max(Comparator.comparing((DownloadResult download) -> !download.complete())
                        .thenComparing(download -> download.longestGap().nanos()))
                .orElseThrow();
    }
}
