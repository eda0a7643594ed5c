// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.config.Settings;
import io.mirrorcarp.daemon.config.Settings.Difference;
import io.mirrorcarp.daemon.doctor.Diagnosis;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a difference between the settings of two nodes means for who asks the doctor. Pure. */
final class SettingsDifferences {
    private static final Set<String> LIMITS =
            Set.of("kernel.net.netfilter.nf_conntrack_max", "kernel.net.netfilter.nf_conntrack_buckets");

    private static final String VERSION = "carpd.version";

    /** The examination of the host has a finding of its own for each of these. */
    private static final Set<String> FOUND_OTHERWISE = Set.of(
            "kernel.net.netfilter.nf_conntrack_tcp_loose",
            "kernel.net.ipv4.ip_forward",
            "kernel.net.ipv6.conf.all.forwarding",
            "kernel.nat.ipv4",
            "kernel.nat.ipv6");

    private SettingsDifferences() {}

    /** Adds a finding for each, unless there is one of the same code, or in the words of {@link PeerFindings}, already. */
    static void add(Map<String, List<Difference>> peers, List<Diagnosis> findings) {
        Set<String> there = findings.stream().map(Diagnosis::code).collect(Collectors.toSet());
        Set<String> told = findings.stream().map(Diagnosis::text).collect(Collectors.toSet());
        peers.forEach((node, differences) -> differences.stream()
                .filter(difference -> !isOfOneVersion(difference, differences))
                .filter(difference -> !FOUND_OTHERWISE.contains(difference.path()))
                .filter(difference -> !told.contains(node + ": " + PeerFindings.words(difference)))
                .map(difference -> finding(node, difference))
                .filter(finding -> !there.contains(finding.code()))
                .forEach(findings::add));
    }

    /** While the nodes have different versions: a key that only one of them knows is in nobody's file. */
    private static boolean isOfOneVersion(Difference difference, List<Difference> all) {
        String path = difference.path();
        boolean onOne = difference.first() == null || difference.second() == null;
        boolean versions = all.stream().anyMatch(each -> each.path().equals(VERSION));
        // Of a virtual host or a key that only one node has, the other one lacks what every version knows.
        String vhid = path.substring(0, path.lastIndexOf('.') + 1) + "vhid";
        boolean key = path.startsWith("pfsync.keys.");
        boolean host = all.stream()
                .anyMatch(each -> each.path().equals(vhid) && (each.first() == null || each.second() == null));
        return versions && onOne && !key && !host;
    }

    private static Diagnosis finding(String node, Difference difference) {
        String path = difference.path();
        String text = difference.text("here", "on " + node);
        if (LIMITS.contains(path)) {
            return Diagnosis.warning(
                    "table-limits",
                    text,
                    "give both nodes the same: with less room one of them cannot hold what the other one has; sysctl -w "
                            + path.substring("kernel.".length()) + ", and the same in /etc/sysctl.d");
        }
        if (path.startsWith("kernel.")) {
            return Diagnosis.warning(
                    "kernel-settings",
                    text,
                    "give both nodes the same, or connections fare differently after a failover");
        }
        if (path.startsWith("carpd.")) {
            return Diagnosis.warning(
                    "versions-differ", text, "finish the upgrade: carpctl restart --rolling, on the backup first");
        }
        if (path.endsWith(Settings.PASSPHRASE)) {
            return Diagnosis.error(
                    "carp-password",
                    text,
                    "put the same passphrase into the files of both nodes, then carpctl reload --both");
        }
        if (path.startsWith("pfsync.keys.") || path.equals("pfsync.activeKey")) {
            return Diagnosis.warning(
                    "sync-keys", text, "put the same keys into both files, then carpctl reload --both");
        }
        return Diagnosis.warning(
                path.endsWith(".address") ? "address-lists" : "config-differs",
                text,
                "make both files alike, then carpctl reload --both");
    }
}
