// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * How the virtual host of a [carp.NAME] table is attached to its segment.
 *
 * @param mac which Ethernet address answers
 * @param peers where to send advertisements instead of to CARP's multicast group: hosts, or other groups; empty for CARP's own
 * @param sources the source addresses of advertisements, one of a family at most; empty for the carpdev's own
 * @param routes that the node has while it is master
 * @param hotplug whether the carpdev may be missing at the start
 * @param upDelay how long the carpdev must have its link before it counts as up
 * @param downDelay how long it must have lost its link before it counts as down
 */
public record AttachmentConfiguration(
        MacMode mac,
        List<InetAddress> peers,
        List<InetAddress> sources,
        List<RouteConfiguration> routes,
        boolean hotplug,
        Duration upDelay,
        Duration downDelay) {
    public AttachmentConfiguration {
        peers = List.copyOf(peers);
        sources = List.copyOf(sources);
        routes = List.copyOf(routes);
    }
}
