// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.carp.packet.AddressFamily;
import java.net.InetAddress;
import java.util.List;

/**
 * What the master of a virtual host has to answer for.
 *
 * @param vhid 1 to 255
 * @param carpdev the interface on whose segment the addresses are
 * @param addresses at least one
 * @param mac from which MAC the carpdev answers for them
 * @param answersArp whether the kernel answers ARP for them; if not, somebody else has to. Without effect with {@link MacMode#INTERFACE}
 * @param routes that are there as long as the addresses
 */
public record AddressPlan(
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

    /** With the virtual MAC, and the kernel answering. */
    public AddressPlan(int vhid, String carpdev, List<VirtualAddress> addresses) {
        this(vhid, carpdev, addresses, MacMode.VIRTUAL, true, List.of());
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
