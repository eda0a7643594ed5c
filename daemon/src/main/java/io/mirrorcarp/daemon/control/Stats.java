// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.conntrack.io.ConntrackCounter;
import io.mirrorcarp.counter.Counter;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was counted, each map in the order to print. The maps of what is off are empty.
 *
 * @param carpdevs what came to each carpdev and was discarded: of the counters of {@code carp}, those of discards
 */
public record Stats(
        Map<CarpCounter, Long> carp,
        Map<PfsyncCounter, Long> pfsync,
        Map<ConntrackCounter, Long> conntrack,
        Map<String, Map<CarpCounter, Long>> carpdevs) {
    public Stats {
        carp = Collections.unmodifiableMap(carp);
        pfsync = Collections.unmodifiableMap(pfsync);
        conntrack = Collections.unmodifiableMap(conntrack);
        carpdevs = Map.copyOf(carpdevs);
    }

    /** The maps by the names of their protocols; only the one that is asked for unless that is null. */
    Map<String, Map<? extends Counter, Long>> parts(@Nullable String protocol) {
        Map<String, Map<? extends Counter, Long>> parts = new LinkedHashMap<>();
        parts.put("carp", carp);
        parts.put("pfsync", pfsync);
        parts.put("conntrack", conntrack);
        if (protocol != null) {
            parts.keySet().retainAll(Set.of(protocol));
        }
        return parts;
    }
}
