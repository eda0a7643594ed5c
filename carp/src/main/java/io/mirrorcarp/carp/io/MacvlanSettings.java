// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.netio.route.Ipv4Setting;
import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.Rtnetlink;
import io.mirrorcarp.netio.route.Sysctl;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * The kernel's settings of a macvlan that carries virtual addresses. They vanish with it. The reverse path filter is loose, since the route back to a client
 * leads through the carpdev; the kernel takes the larger of this and {@code all}, so a strict {@code all} does no harm.
 */
final class MacvlanSettings {

    /** With IPv6, nothing but the virtual addresses: no router solicitation, no address by itself, no duplicate detection. */
    private static final Map<String, String> IPV6 = Map.of(
            "accept_ra", "0",
            "autoconf", "0",
            "router_solicitations", "0",
            "accept_dad", "0",
            "dad_transmits", "0");

    private MacvlanSettings() {}

    /**
     * Sets them while the macvlan is down. It forwards as its carpdev does: the packets that the carpdev got before the takeover come in through it.
     *
     * <p>Without IPv6 addresses IPv6 is off, so that it sends no neighbour or listener messages. Where the kernel is not to answer ARP, {@code arp_ignore}
     * is 8: no reply for any local address.
     */
    static void apply(Rtnetlink route, Link macvlan, Link carpdev, AddressPlan plan) throws IOException {
        if (macvlan.forwardsIpv4() != carpdev.forwardsIpv4()) {
            // Not with the others: the file does more than the bare value.
            write("ipv4/conf/" + macvlan.name() + "/forwarding", carpdev.forwardsIpv4());
        }
        route.setIpv4(
                macvlan.index(),
                Map.of(
                        Ipv4Setting.ARP_ANNOUNCE, 2,
                        Ipv4Setting.ACCEPT_LOCAL, 1,
                        Ipv4Setting.RP_FILTER, 2,
                        Ipv4Setting.PROMOTE_SECONDARIES, 1,
                        Ipv4Setting.ARP_IGNORE, plan.answersArp() ? 1 : 8));
        String ipv6 = "ipv6/conf/" + macvlan.name() + "/";
        boolean hasIpv6 = plan.has(AddressFamily.IPV6);
        write(ipv6 + "disable_ipv6", !hasIpv6);
        if (!hasIpv6) {
            return;
        }
        route.disableLinkLocal(macvlan.index());
        for (Map.Entry<String, String> setting : IPV6.entrySet()) {
            write(ipv6 + setting.getKey(), setting.getValue());
        }
        if (macvlan.forwardsIpv6() != carpdev.forwardsIpv6()) {
            write(ipv6 + "forwarding", carpdev.forwardsIpv6());
        }
    }

    private static void write(String path, boolean on) throws IOException {
        write(path, on ? "1" : "0");
    }

    /** A container whose /proc/sys cannot be written may have been given the value. */
    private static void write(String path, String value) throws IOException {
        try {
            Sysctl.writeIfPresent(path, value);
        } catch (IOException e) {
            if (!Sysctl.read(path).equals(Optional.of(value))) {
                throw e;
            }
        }
    }
}
