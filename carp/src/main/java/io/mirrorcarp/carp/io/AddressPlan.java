// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.carp.packet.AddressFamily;
import java.util.List;

/**
 * What the master of a virtual host has to answer for.
 *
 * @param vhid 1 to 255
 * @param carpdev the interface on whose segment the addresses are
 * @param addresses at least one
 */
public record AddressPlan(int vhid, String carpdev, List<VirtualAddress> addresses) {
    public AddressPlan {
        addresses = List.copyOf(addresses);
    }

    boolean has(AddressFamily family) {
        return addresses.stream().anyMatch(virtual -> AddressFamily.of(virtual.address()) == family);
    }
}
