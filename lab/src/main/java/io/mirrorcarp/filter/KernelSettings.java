// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.filter;

/** The sysctls of a router of a pair, for {@code sysctl -p}. */
public final class KernelSettings {
    private static final String FILE = """
            # /etc/sysctl.d/60-carpd.conf on both routers.

            net.ipv4.ip_forward = 1

            # Events for every connection, also for those that began before carpd listened. The default, 2, leaves these out for life.
            net.netfilter.nf_conntrack_events = 1

            # A connection is known or it is not: without 0 the kernel adopts strangers midway, and hides what replication lacks.
            net.netfilter.nf_conntrack_tcp_loose = 0
            """;

    private static final String FORWARD_V6 = """

            # An interface whose default route a router advertises needs accept_ra = 2 with it.
            net.ipv6.conf.all.forwarding = 1
            """;

    private KernelSettings() {}

    /**
     * The file.
     *
     * @param v6 whether the pair has virtual IPv6 addresses
     */
    public static String file(boolean v6) {
        return FILE + (v6 ? FORWARD_V6 : "");
    }
}
