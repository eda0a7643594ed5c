// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the daemon said at one moment.
 *
 * @param status {@code carpctl status --json}
 * @param stats {@code carpctl stats --json}
 * @param takenAtNanos of {@link System#nanoTime}
 */
record TopSample(JsonNode status, JsonNode stats, long takenAtNanos) {
    private static final double NANOS_PER_SECOND = 1e9;

    /** The value of a counter. */
    long count(String part, String counter) {
        return stats.path(part).path(counter).asLong();
    }

    /** How much a counter grew each second since an earlier sample; 0 where the daemon was started anew. */
    double rate(TopSample earlier, String part, String counter) {
        double seconds = (takenAtNanos - earlier.takenAtNanos) / NANOS_PER_SECOND;
        return seconds <= 0 ? 0 : Math.max(0, count(part, counter) - earlier.count(part, counter)) / seconds;
    }

    /** Entries of the kernel's table. */
    long entries() {
        return status.path("conntrack").path("entries").asLong();
    }

    /** How much the table grew each second since an earlier sample. */
    double growth(TopSample earlier) {
        double seconds = (takenAtNanos - earlier.takenAtNanos) / NANOS_PER_SECOND;
        return seconds <= 0 ? 0 : (entries() - earlier.entries()) / seconds;
    }
}
