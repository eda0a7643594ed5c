// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Says what somebody changed of {@link KernelSettings} while the daemon runs. Not of {@code nf_conntrack_tcp_be_liberal} and
 * {@code nf_conntrack_events}: the connection tracking table looks after them, sets them, and says so.
 */
public final class SettingsWatch {
    private static final String PREFIX = "kernel.";
    private static final String YES = "yes";

    private static final Set<String> OF_THE_TABLE = Set.of(KernelSettings.LIBERAL, KernelSettings.EVENTS);

    private static final Map<String, String> FAMILIES =
            Map.of(KernelSettings.TRANSLATES_IPV4, "IPv4", KernelSettings.TRANSLATES_IPV6, "IPv6");

    private SortedMap<String, String> before = new TreeMap<>();

    /**
     * What has changed since the last look, one line each.
     *
     * @param now as {@link KernelSettings#read} tells it
     */
    public List<String> look(SortedMap<String, String> now) {
        List<String> lines = new ArrayList<>();
        before.forEach((name, value) -> {
            String present = now.getOrDefault(name, "gone");
            if (!present.equals(value) && !OF_THE_TABLE.contains(name)) {
                lines.add(line(name, value, present));
            }
        });
        before = new TreeMap<>(now);
        return lines;
    }

    private static String line(String name, String before, String now) {
        String family = FAMILIES.get(name);
        if (family == null) {
            return name.substring(PREFIX.length()) + " was " + before + " and is " + now + " now";
        }
        return now.equals(YES)
                ? "the packet filter has a NAT chain for " + family + " now"
                : "the packet filter has no NAT chain for " + family
                        + " any more: translated connections of a peer would leave this node untranslated";
    }
}
