// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.HoldMode;
import io.mirrorcarp.daemon.config.PfsyncConfiguration;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Warns of a layout in which both directions of a connection pass different nodes. */
final class PathCheck {
    private final Configuration configuration;
    private final KeyPositions positions;
    private final Findings findings;
    private final Set<String> carpdevs = new TreeSet<>();
    /** The virtual hosts of each group by their carpdevs; those of no group under an empty name. */
    private final Map<String, Map<String, Set<Integer>>> preferences = new LinkedHashMap<>();

    private final Map<String, VirtualHostConfiguration> first = new LinkedHashMap<>();

    PathCheck(Configuration configuration, KeyPositions positions, Findings findings) {
        this.configuration = configuration;
        this.positions = positions;
        this.findings = findings;
    }

    void run() {
        for (VirtualHostConfiguration host : configuration.virtualHosts()) {
            if (!host.carpdev().isEmpty()) {
                String group = host.group().orElse("");
                first.putIfAbsent(group, host);
                preferences
                        .computeIfAbsent(group, key -> new TreeMap<>())
                        .computeIfAbsent(host.carpdev(), key -> new TreeSet<>())
                        .addAll(preferences(host));
                carpdevs.add(host.carpdev());
            }
        }
        preferences.forEach((group, byDevice) -> {
            whole(group, byDevice.keySet());
            alike(group, byDevice);
        });
    }

    /** How far this node stands back for each of its vhids, in 256ths of a second; with VRRP the priority, below 0. */
    private static Set<Integer> preferences(VirtualHostConfiguration host) {
        return host.vrrp().map(vrrp -> Set.of(-vrrp.priority())).orElseGet(() -> {
            Set<Integer> skews = new TreeSet<>();
            host.vhids().values().forEach(advskew -> skews.add(256 * host.advbase() + advskew));
            return skews;
        });
    }

    /** Each group has a master of its own, so it needs a virtual host in every network that its connections pass. */
    private void whole(String group, Set<String> present) {
        Set<String> missing = new TreeSet<>(carpdevs);
        missing.removeAll(present);
        if (!missing.isEmpty()) {
            warn(
                    group,
                    "group",
                    " has no address on " + String.join(", ", missing)
                            + ": its connections leave there by the master of another group, and the answers may come to"
                            + " a node that does not know them yet; give each group a virtual host on every carpdev");
        }
    }

    /** A node that is preferred in one network and stands back in another is master of the one and backup of the other. */
    private void alike(String group, Map<String, Set<Integer>> byDevice) {
        boolean waits = configuration
                .pfsync()
                .map(PfsyncConfiguration::hold)
                .filter(HoldMode.AUTO::equals)
                .isPresent();
        Set<Boolean> protocols = byDevice.values().stream()
                .flatMap(Set::stream)
                .map(preference -> preference < 0)
                .collect(Collectors.toSet());
        if (!waits && protocols.size() == 1 && Set.copyOf(byDevice.values()).size() > 1) {
            warn(
                    group,
                    "advskew",
                    " is not equally preferred on " + String.join(", ", byDevice.keySet())
                            + ": one node may be master of the one and another node of the other, so that both directions"
                            + " of a connection pass different nodes (asymmetric); give its virtual hosts the same advbase"
                            + " and advskew on each carpdev, or set hold = \"auto\" in [pfsync]");
        }
    }

    private void warn(String group, String key, String text) {
        VirtualHostConfiguration host = first.get(group);
        if (host != null) {
            String who = group.isEmpty() ? "what has no group" : "group \"" + group + "\"";
            findings.warn(positions.at("carp", host.name(), key), who + text);
        }
    }
}
