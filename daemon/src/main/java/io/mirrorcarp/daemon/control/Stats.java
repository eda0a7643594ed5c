// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The counters by their netstat names in camel case, each map in the order to print.
 *
 * @param carpdevs what came to each carpdev and was discarded: of the counters of {@code carp}, those of discards
 */
public record Stats(
        Map<String, Long> carp,
        Map<String, Long> pfsync,
        Map<String, Long> conntrack,
        Map<String, Map<String, Long>> carpdevs) {
    public Stats {
        carp = ordered(carp);
        pfsync = ordered(pfsync);
        conntrack = ordered(conntrack);
        carpdevs = Map.copyOf(carpdevs);
    }

    private static Map<String, Long> ordered(Map<String, Long> counters) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(counters));
    }
}
