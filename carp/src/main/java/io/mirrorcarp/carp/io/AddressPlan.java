// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.IpBalancing;
import io.mirrorcarp.carp.packet.Protocol;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the master of a virtual host has to answer for.
 *
 * @param protocol whose virtual MACs they have
 * @param vhid 1 to 255
 * @param carpdev the interface on whose segment the addresses are
 * @param addresses at least one
 * @param mac from which MAC the carpdev answers for them
 * @param answersArp whether the kernel answers ARP for them; if not, somebody else has to. Without effect with {@link MacMode#INTERFACE}. With balancing the master of the
 *     leader answers
 * @param routes that are there as long as the addresses
 * @param balancing what shares the packets out among the nodes; null for a virtual host that has its addresses alone. With {@link MacMode#VIRTUAL} only
 */
public record AddressPlan(
        Protocol protocol,
        int vhid,
        String carpdev,
        List<VirtualAddress> addresses,
        MacMode mac,
        boolean answersArp,
        List<VirtualRoute> routes,
        @Nullable IpBalancing balancing) {
    public AddressPlan {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }

    /** With CARP's virtual MAC, and the kernel answering. */
    public AddressPlan(int vhid, String carpdev, List<VirtualAddress> addresses) {
        this(Protocol.CARP, vhid, carpdev, addresses, MacMode.VIRTUAL, true, List.of(), null);
    }

    /** The virtual MAC from which the addresses of a family are. */
    MacAddress virtualMac(AddressFamily family) {
        return balancing == null ? protocol.virtualMac(vhid, family) : balancing.mac();
    }

    /** The virtual MACs from which its addresses are. */
    Set<MacAddress> virtualMacs() {
        Set<MacAddress> macs = new LinkedHashSet<>();
        for (VirtualAddress virtual : addresses) {
            macs.add(virtualMac(AddressFamily.of(virtual.address())));
        }
        return macs;
    }

    /** Whether the kernel answers ARP or neighbour discovery for an address, as far as this virtual host is asked. */
    boolean answers(InetAddress address) {
        if (balancing != null) {
            return vhid == balancing.leader();
        }
        return answersArp || AddressFamily.of(address) == AddressFamily.IPV6;
    }

    /** Whether ARP and neighbour discovery name the virtual MAC, and frames come from the carpdev's own. */
    boolean hidesMac() {
        return balancing != null && !balancing.isSource();
    }

    boolean has(AddressFamily family) {
        for (VirtualAddress virtual : addresses) {
            if (AddressFamily.of(virtual.address()) == family) {
                return true;
            }
        }
        return false;
    }

    /** Whether an address is one of these. */
    public boolean has(InetAddress address) {
        for (VirtualAddress virtual : addresses) {
            if (virtual.address().equals(address)) {
                return true;
            }
        }
        return false;
    }
}
