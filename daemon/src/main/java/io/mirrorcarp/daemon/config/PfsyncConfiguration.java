// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The [pfsync] table.
 *
 * @param syncdevs the interfaces that carry the state channel, 1 to 4; the best one first
 * @param syncpeers the addresses to send to, a multicast group among them; empty for the group 224.0.0.240
 * @param transport what carries its frames; UDP with addresses of hosts only
 * @param keys key id (1 to 255) to key; at least one
 * @param activeKey the id of the key that seals what this node sends; the others only open
 * @param maxupd how many updates of one TCP flow may be merged before they are sent, 0 to 255
 * @param hold whether packets wait for a state that is on the way
 * @param bulkTimeout how long a node waits for its bulk update before it goes on, degraded
 * @param filter which flows peers are told of
 * @param importFilter which flows of peers are taken in
 */
public record PfsyncConfiguration(
        List<String> syncdevs,
        List<InetAddress> syncpeers,
        Transport transport,
        SortedMap<Integer, KeyFile> keys,
        int activeKey,
        int maxupd,
        HoldMode hold,
        Duration bulkTimeout,
        FilterConfiguration filter,
        FilterConfiguration importFilter) {
    public PfsyncConfiguration {
        syncdevs = List.copyOf(syncdevs);
        syncpeers = List.copyOf(syncpeers);
        keys = Collections.unmodifiableSortedMap(new TreeMap<>(keys));
    }

    /** The same with the channel of another: its devices, its addresses and what carries it. */
    public PfsyncConfiguration withChannelOf(PfsyncConfiguration other) {
        return new PfsyncConfiguration(
                other.syncdevs,
                other.syncpeers,
                other.transport,
                keys,
                activeKey,
                maxupd,
                hold,
                bulkTimeout,
                filter,
                importFilter);
    }
}
