// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import io.mirrorcarp.conntrack.io.KernelChecks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kernel's settings that decide what becomes of a flow. They must be the same on all nodes, or a connection fares differently after a failover. */
public final class KernelSettings {
    /** Names of {@link #read}. */
    public static final String FORWARDS_IPV4 = "kernel.net.ipv4.ip_forward";

    public static final String FORWARDS_IPV6 = "kernel.net.ipv6.conf.all.forwarding";
    public static final String TRANSLATES_IPV4 = "kernel.nat.ipv4";
    public static final String TRANSLATES_IPV6 = "kernel.nat.ipv6";
    public static final String EVENTS = "kernel.net.netfilter.nf_conntrack_events";

    public static final String LIBERAL = "kernel.net.netfilter.nf_conntrack_tcp_be_liberal";

    private static final Path SYSCTL = Path.of("/proc/sys/net");
    private static final Path MODULES = Path.of("/proc/modules");
    private static final String MODULE = "nf_conntrack_";
    private static final List<String> NOT_A_HELPER = List.of("netlink", "broadcast", "bridge");

    private static final List<String> NAMES = List.of(
            "netfilter/nf_conntrack_max",
            "netfilter/nf_conntrack_buckets",
            "netfilter/nf_conntrack_tcp_loose",
            "netfilter/nf_conntrack_tcp_be_liberal",
            "netfilter/nf_conntrack_helper",
            "netfilter/nf_conntrack_acct",
            "netfilter/nf_conntrack_timestamp",
            "netfilter/nf_conntrack_events",
            "netfilter/nf_conntrack_tcp_timeout_established",
            "netfilter/nf_conntrack_udp_timeout_stream",
            "ipv4/ip_forward",
            "ipv6/conf/all/forwarding");

    private KernelSettings() {}

    /** As they are now, by their names as sysctl spells them. What this kernel does not have is left out. */
    public static SortedMap<String, String> read() {
        SortedMap<String, String> values = new TreeMap<>();
        for (String name : NAMES) {
            try {
                values.put(
                        "kernel.net." + name.replace('/', '.'),
                        Files.readString(SYSCTL.resolve(name)).strip());
            } catch (IOException expected) {
                // This kernel has it not.
            }
        }
        values.put(TRANSLATES_IPV4, KernelChecks.hasNatHookIpv4() ? "yes" : "no");
        values.put(TRANSLATES_IPV6, KernelChecks.hasNatHookIpv6() ? "yes" : "no");
        values.put("kernel.helpers", helpers());
        return values;
    }

    /** Whether one of {@link #FORWARDS_IPV4} and {@link #FORWARDS_IPV6} is there and 0, as a node that forwards nothing has it. */
    public static boolean isOff(String name) {
        try {
            String file = name.substring("kernel.net.".length()).replace('.', '/');
            return Files.readString(SYSCTL.resolve(file)).strip().equals("0");
        } catch (IOException expected) {
            // This kernel has it not.
            return false;
        }
    }

    /** The modules that follow the second connections of FTP, SIP and the like. */
    private static String helpers() {
        try (Stream<String> lines = Files.lines(MODULES)) {
            return lines.map(line -> line.split(" ", 2)[0])
                    .filter(name -> name.startsWith(MODULE))
                    .map(name -> name.substring(MODULE.length()))
                    .filter(name -> !NOT_A_HELPER.contains(name))
                    .sorted()
                    .collect(Collectors.joining(", ", "[", "]"));
        } catch (IOException expected) {
            return "[]";
        }
    }
}
