// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.pfsync.flows.KnownTables;
import io.mirrorcarp.pfsync.message.Control;
import java.time.Duration;
import java.util.List;

/**
 * What a node is told at its start. Durations are in nanoseconds.
 *
 * @param creatorId this node's host id, not 0
 * @param node this node's name, as peers show it
 * @param devices the names of the sync devices, one for each path, for messages
 * @param maxFrameBytes longest IP payload that the sync device sends in one piece
 * @param maxUpdates when so many updates of one flow were merged into one, it is sent without waiting for the end of the burst
 * @param heartbeatNanos between two heartbeats
 * @param lostNanos a peer that was silent for so long is lost
 * @param bulkTimeoutNanos after it the node no longer demotes itself for want of a bulk update
 * @param before what the life before this one knew
 */
public record ReplicationSettings(
        int creatorId,
        String node,
        List<String> devices,
        int maxFrameBytes,
        int maxUpdates,
        long heartbeatNanos,
        long lostNanos,
        long bulkTimeoutNanos,
        KnownTables before) {
    /** The smallest {@code maxFrameBytes}: what an IPv6 link must carry, less the IPv6 header. */
    public static final int MIN_FRAME_BYTES = 1240;

    private static final Duration HEARTBEAT = Duration.ofMillis(250);
    private static final Duration LOST = Duration.ofSeconds(1);

    /** Checks the ranges: an {@link IllegalArgumentException} says which one is left. */
    public ReplicationSettings {
        devices = List.copyOf(devices);
        if (devices.isEmpty() || devices.size() > Control.MAX_PATHS) {
            throw new IllegalArgumentException("there are " + devices.size() + " paths");
        }
        if (creatorId == 0) {
            throw new IllegalArgumentException("the host id is 0");
        }
        if (maxFrameBytes < MIN_FRAME_BYTES) {
            throw new IllegalArgumentException(
                    "frames of " + maxFrameBytes + " bytes are too short, fewer than " + MIN_FRAME_BYTES);
        }
        if (maxUpdates < 0 || heartbeatNanos <= 0 || lostNanos <= heartbeatNanos || bulkTimeoutNanos <= 0) {
            throw new IllegalArgumentException("a limit or an interval is out of range");
        }
    }

    /** Heartbeats every 250 ms, a peer lost after 1 s. One path for each device. */
    public static ReplicationSettings of(
            int creatorId,
            String node,
            List<String> devices,
            int maxFrameBytes,
            int maxUpdates,
            Duration bulkTimeout,
            KnownTables before) {
        return new ReplicationSettings(
                creatorId,
                node,
                devices,
                maxFrameBytes,
                maxUpdates,
                HEARTBEAT.toNanos(),
                LOST.toNanos(),
                bulkTimeout.toNanos(),
                before);
    }

    /** The names of the sync devices, for messages. */
    public String device() {
        return String.join(", ", devices);
    }

    /** How many paths there are. */
    public int paths() {
        return devices.size();
    }

    /** A peer that was not heard by one path for so long, and by another one was, is not reached by it: one heartbeat may be lost and the next one late. */
    public long pathFreshNanos() {
        return 2 * heartbeatNanos + heartbeatNanos / 2;
    }

    /** A peer that was silent for so long is not fresh: one and a half intervals, so that one heartbeat may be late but not lost. */
    public long freshNanos() {
        return heartbeatNanos + heartbeatNanos / 2;
    }

    /**
     * A peer whose newest report of this node's heartbeats is about one so old may no longer hear this node. One interval less than what
     * the peer itself takes to notice, so that this node always knows first.
     */
    public long echoFreshNanos() {
        return lostNanos - heartbeatNanos;
    }
}
