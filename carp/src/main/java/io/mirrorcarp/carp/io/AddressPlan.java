// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.Protocol;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the master of a virtual host has to answer for.
 *
 * @param protocol whose virtual MACs they have
 * @param vhid 1 to 255
 * @param carpdev the interface on whose segment the addresses are
 * @param addresses at least one
 * @param mac from which MAC the carpdev answers for them
 * @param answersArp whether the kernel answers ARP for them; if not, somebody else has to. Without effect with {@link MacMode#INTERFACE}
 * @param routes that are there as long as the addresses
 */
public record AddressPlan(
        Protocol protocol,
        int vhid,
        String carpdev,
        List<VirtualAddress> addresses,
        MacMode mac,
        boolean answersArp,
        List<VirtualRoute> routes) {
    public AddressPlan {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }

    /** With CARP's virtual MAC, and the kernel answering. */
    public AddressPlan(int vhid, String carpdev, List<VirtualAddress> addresses) {
        this(Protocol.CARP, vhid, carpdev, addresses, MacMode.VIRTUAL, true, List.of());
    }

    /** The virtual MAC from which the addresses of a family are. */
    MacAddress virtualMac(AddressFamily family) {
        return protocol.virtualMac(vhid, family);
    }

    /** The virtual MACs from which its addresses are. */
    Set<MacAddress> virtualMacs() {
        Set<MacAddress> macs = new LinkedHashSet<>();
        for (VirtualAddress virtual : addresses) {
            macs.add(virtualMac(AddressFamily.of(virtual.address())));
        }
        return macs;
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
