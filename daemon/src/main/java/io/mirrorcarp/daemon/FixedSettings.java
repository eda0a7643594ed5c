// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.config.AdminConfiguration;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.GlobalConfiguration;
import io.mirrorcarp.daemon.config.NodeConfiguration;
import io.mirrorcarp.daemon.config.PfsyncConfiguration;
import io.mirrorcarp.daemon.config.parser.ConfigurationDifference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The settings that a running daemon cannot change, and why. */
final class FixedSettings {
    /** By how their paths begin; the first one that fits counts. */
    private static final Map<String, String> REASONS = reasons();

    private FixedSettings() {}

    private static Map<String, String> reasons() {
        Map<String, String> reasons = new LinkedHashMap<>();
        reasons.put(
                "node.hostId",
                "the peers know this node's flows by it; where the file does not set it, it follows from the name");
        reasons.put("node.stateDir", "what a restart has to find is there already");
        reasons.put("admin.socket", "carpctl would lose the daemon");
        reasons.put("pfsync.syncdev", "the state channel and its connections are open on it");
        reasons.put("pfsync.syncpeer", "the state channel is open to it");
        reasons.put("pfsync.transport", "the state channel is open by it");
        reasons.put("pfsync.", "replication begins and ends with the daemon");
        reasons.put("global.startHoldOff", "it counts from the start");
        return reasons;
    }

    /** What was read, with the values of what is in force for all that is fixed. */
    static Configuration keep(Configuration present, Configuration read) {
        return new Configuration(
                new NodeConfiguration(
                        read.node().name(),
                        present.node().hostId(),
                        present.node().stateDir()),
                global(present.global(), read.global()),
                read.virtualHosts(),
                pfsync(present.pfsync(), read.pfsync()),
                read.track(),
                read.announced(),
                read.hooks(),
                new AdminConfiguration(
                        present.admin().socket(),
                        read.admin().group(),
                        read.admin().http(),
                        read.admin().authFile(),
                        read.admin().tls()),
                read.metrics(),
                read.notices());
    }

    private static GlobalConfiguration global(GlobalConfiguration present, GlobalConfiguration read) {
        return new GlobalConfiguration(
                read.preempt(),
                read.allow(),
                read.log(),
                read.arpbalance(),
                read.advbase(),
                read.demotion(),
                read.downTimer(),
                read.takeover().withStartHoldOff(present.takeover().startHoldOff()));
    }

    private static Optional<PfsyncConfiguration> pfsync(
            Optional<PfsyncConfiguration> present, Optional<PfsyncConfiguration> read) {
        return present.map(now -> read.map(wanted -> wanted.withChannelOf(now)).orElse(now));
    }

    /** What differs of them, each with the reason. */
    static List<String> changed(Configuration present, Configuration read) {
        List<String> lines = new ArrayList<>();
        for (ConfigurationDifference difference : ConfigurationDifference.between(keep(present, read), read)) {
            lines.add(difference.text() + " (" + reason(difference.path()) + ")");
        }
        return lines;
    }

    private static String reason(String path) {
        for (Map.Entry<String, String> reason : REASONS.entrySet()) {
            if (path.startsWith(reason.getKey())) {
                return reason.getValue();
            }
        }
        throw new IllegalStateException("no reason for " + path);
    }
}
