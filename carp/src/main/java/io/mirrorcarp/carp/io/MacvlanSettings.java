// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.netio.route.Sysctl;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * The kernel's settings of a macvlan that carries virtual addresses. They vanish with it. The reverse path filter is loose, since the route back to a client
 * leads through the carpdev; the kernel takes the larger of this and {@code all}, so a strict {@code all} does no harm.
 */
final class MacvlanSettings {

    private static final Map<String, String> IPV4 = Map.of(
            "arp_announce", "2",
            "accept_local", "1",
            "rp_filter", "2",
            "promote_secondaries", "1");

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
    static void apply(String macvlan, AddressPlan plan) throws IOException {
        String carpdev = plan.carpdev();
        boolean ipv6 = plan.has(AddressFamily.IPV6);
        for (Map.Entry<String, String> setting : IPV4.entrySet()) {
            setIfPresent("ipv4/conf/" + macvlan + "/" + setting.getKey(), setting.getValue());
        }
        setIfPresent("ipv4/conf/" + macvlan + "/arp_ignore", plan.answersArp() ? "1" : "8");
        copy("ipv4/conf/", "/forwarding", carpdev, macvlan);
        setIfPresent("ipv6/conf/" + macvlan + "/disable_ipv6", ipv6 ? "0" : "1");
        if (!ipv6) {
            return;
        }
        for (Map.Entry<String, String> setting : IPV6.entrySet()) {
            setIfPresent("ipv6/conf/" + macvlan + "/" + setting.getKey(), setting.getValue());
        }
        copy("ipv6/conf/", "/forwarding", carpdev, macvlan);
    }

    private static void copy(String prefix, String suffix, String from, String to) throws IOException {
        Optional<String> value = Sysctl.read(prefix + from + suffix);
        if (value.isPresent()) {
            setIfPresent(prefix + to + suffix, value.get());
        }
    }

    private static void setIfPresent(String path, String value) throws IOException {
        Optional<String> current = Sysctl.read(path);
        if (current.isPresent() && !current.get().equals(value)) {
            Sysctl.write(path, value);
        }
    }
}
