// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.LinkAddress;
import io.mirrorcarp.netio.route.Sysctl;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings of the host with which the kernel would have virtual addresses, and not answer for them. */
final class Silencers {
    private static final int IFF_NOARP = 0x80;
    private static final int IPV6_MIN_MTU = 1280;
    private static final String IPV4 = "ipv4/conf/";
    private static final String IPV6 = "ipv6/conf/";

    private Silencers() {}

    /**
     * Refuses a carpdev on which the addresses of a plan would be silent.
     *
     * @param present all addresses of the host
     * @throws IOException with the setting, and what would be right
     */
    static void check(Link carpdev, AddressPlan plan, List<LinkAddress> present) throws IOException {
        if ((carpdev.flags() & IFF_NOARP) != 0) {
            throw new IOException(carpdev.name()
                    + " is set to \"arp off\", so nobody finds the virtual addresses: set it to \"arp on\"");
        }
        if (plan.has(AddressFamily.IPV6) && carpdev.mtu() < IPV6_MIN_MTU) {
            throw new IOException(
                    carpdev.name() + " has no IPv6 with an MTU of " + carpdev.mtu() + ": set at least " + IPV6_MIN_MTU);
        }
        if (plan.has(AddressFamily.IPV6)
                && Sysctl.read(IPV6 + carpdev.name() + "/disable_ipv6")
                        .orElse("0")
                        .equals("1")) {
            throw new IOException("net.ipv6.conf." + carpdev.name() + ".disable_ipv6 = 1 keeps IPv6 addresses from "
                    + carpdev.name() + ": set 0");
        }
        if (plan.has(AddressFamily.IPV4) && plan.answersArp()) {
            checkArpIgnore(carpdev, plan, present);
        }
    }

    /** The kernel takes the larger of the value for the interface and of that for all (Documentation/networking/ip-sysctl.rst). */
    private static void checkArpIgnore(Link carpdev, AddressPlan plan, List<LinkAddress> present) throws IOException {
        for (String conf : List.of("all", carpdev.name())) {
            int ignore =
                    Integer.parseInt(Sysctl.read(IPV4 + conf + "/arp_ignore").orElse("0"));
            if (ignore == 8) {
                throw silenced(conf, ignore, "any address");
            }
            InetAddress lonely = ignore == 2 ? withoutNeighbour(carpdev, plan, present) : null;
            if (lonely != null) {
                throw silenced(
                        conf,
                        ignore,
                        lonely.getHostAddress() + ", unless " + carpdev.name()
                                + " has an address of its own in that subnet");
            }
        }
    }

    private static IOException silenced(String conf, int ignore, String forWhat) {
        return new IOException("net." + (IPV4 + conf).replace('/', '.') + ".arp_ignore = " + ignore
                + " keeps the kernel from answering ARP for " + forWhat + ": set 0 or 1");
    }

    /** The first IPv4 address of a plan in whose subnet the carpdev has none of its own. */
    private static @Nullable InetAddress withoutNeighbour(Link carpdev, AddressPlan plan, List<LinkAddress> present) {
        for (VirtualAddress virtual : plan.addresses()) {
            InetAddress address = virtual.address();
            boolean found = AddressFamily.of(address) == AddressFamily.IPV6;
            for (LinkAddress own : present) {
                found |= own.ifindex() == carpdev.index() && !LeaseMark.isOn(own) && own.subnetContains(address);
            }
            if (!found) {
                return address;
            }
        }
        return null;
    }
}
