// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import io.mirrorcarp.pfsync.protocol.ReplicationStatus;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The node's replication at one moment.
 *
 * @param status of the machine
 * @param addresses host id of a peer to the address that it was last heard from
 * @param paths each of the node's, in the order of the configuration
 * @param counters all of them, in the order of netstat
 */
public record PfsyncSnapshot(
        ReplicationStatus status,
        Map<Integer, String> addresses,
        List<PathSnapshot> paths,
        Map<PfsyncCounter, Long> counters) {
    public PfsyncSnapshot {
        addresses = Map.copyOf(addresses);
        paths = List.copyOf(paths);
        counters = Collections.unmodifiableMap(new EnumMap<>(counters));
    }
}
