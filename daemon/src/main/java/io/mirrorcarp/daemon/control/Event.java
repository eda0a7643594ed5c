// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Something that happened on this node.
 *
 * @param sequence 1 for the first since the start, then one more each
 * @param subject carp, pfsync, conntrack or carpd
 * @param message in FreeBSD's shape: {@code VHID 1@wan0: BACKUP -> MASTER (master timed out)}
 */
public record Event(long sequence, Instant time, String subject, String message) {
    private static final DateTimeFormatter RFC_3339 =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    /** The time as RFC 3339, in UTC, to the millisecond. */
    public String timeText() {
        return RFC_3339.format(time);
    }
}
