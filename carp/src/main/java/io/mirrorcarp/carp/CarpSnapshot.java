// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.packet.CarpCounter;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The node's CARP at one moment.
 *
 * @param takenAtNanos the monotonic time of it; all times in it have the same origin
 * @param demotion net.inet.carp.demotion
 * @param suppressPreempt net.inet.carp.suppress_preempt
 * @param preempt net.inet.carp.preempt: whether every virtual host preempts
 * @param counters all of them, in the order of netstat
 * @param discards by the carpdev: what came there and was discarded, of the same counters; all others are 0
 */
public record CarpSnapshot(
        long takenAtNanos,
        int demotion,
        int suppressPreempt,
        boolean allow,
        boolean preempt,
        int logLevel,
        List<DemotionSource> demotionSources,
        List<VirtualHostStatus> virtualHosts,
        Map<CarpCounter, Long> counters,
        Map<String, Map<CarpCounter, Long>> discards) {
    public CarpSnapshot {
        demotionSources = List.copyOf(demotionSources);
        virtualHosts = List.copyOf(virtualHosts);
        counters = Collections.unmodifiableMap(new EnumMap<>(counters));
        discards = Map.copyOf(discards);
    }

    /** The names of the virtual hosts in a state. */
    public List<String> names(CarpState state) {
        return virtualHosts.stream()
                .filter(status -> status.state() == state)
                .map(status -> status.host().name())
                .toList();
    }

    /** The virtual host of a name. */
    public Optional<VirtualHostStatus> virtualHost(String name) {
        return virtualHosts.stream()
                .filter(status -> status.host().name().equals(name))
                .findFirst();
    }
}
