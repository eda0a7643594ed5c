// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that happened on this node.
 *
 * @param sequence 1 for the first since the start, then one more each
 * @param subject carp, pfsync, conntrack, hooks, track or carpd
 * @param message in FreeBSD's shape: {@code VHID 1@wan0: BACKUP -> MASTER (master timed out)}
 * @param facts what the message says, for programs, in the order of the JSON; among them {@code type}, unless they are empty. Values are
 *     texts and numbers
 */
public record Event(long sequence, Instant time, String subject, String message, Map<String, Object> facts) {
    private static final DateTimeFormatter RFC_3339 =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    public Event {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    /** The time as RFC 3339, in UTC, to the millisecond. */
    public String timeText() {
        return RFC_3339.format(time);
    }
}
