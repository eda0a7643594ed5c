// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.packet.AddressFamily;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the chains of a carpdev look up.
 *
 * @param macs the virtual MACs that this node has there, each with the carpdev's own
 * @param macOf by virtual address, from which MAC it is; an address that several virtual hosts share is from that of the lowest vhid
 * @param hidden the same for addresses of which ARP and neighbour discovery name that MAC, and which send from the carpdev's own; they are not in {@code macOf}
 * @param silent the addresses for which the kernel answers neither ARP nor neighbour discovery
 */
record MacElements(
        Map<MacAddress, MacAddress> macs,
        Map<InetAddress, MacAddress> macOf,
        Map<InetAddress, MacAddress> hidden,
        Set<InetAddress> silent) {
    /** The same where the kernel may have ended the leases of the MACs. */
    MacElements withoutMacs() {
        return new MacElements(Map.of(), macOf, hidden, silent);
    }

    static final MacElements NONE = new MacElements(Map.of(), Map.of(), Map.of(), Set.of());

    /**
     * @param plans of one carpdev, those that are held
     * @param own the carpdev's own MAC
     */
    static MacElements of(Collection<AddressPlan> plans, MacAddress own) {
        Map<MacAddress, MacAddress> macs = new HashMap<>();
        Map<InetAddress, MacAddress> macOf = new HashMap<>();
        Map<InetAddress, MacAddress> hidden = new HashMap<>();
        Set<InetAddress> silent = new HashSet<>();
        Set<InetAddress> answered = new HashSet<>();
        for (AddressPlan plan : plans) {
            for (VirtualAddress virtual : plan.addresses()) {
                InetAddress address = virtual.address();
                MacAddress mac = plan.virtualMac(AddressFamily.of(address));
                macs.put(mac, own);
                Map<InetAddress, MacAddress> named = plan.hidesMac() ? hidden : macOf;
                MacAddress other = named.get(address);
                if (other == null || mac.bits() < other.bits()) {
                    named.put(address, mac);
                }
                (plan.answers(address) ? answered : silent).add(address);
            }
        }
        silent.removeAll(answered);
        return new MacElements(macs, macOf, hidden, silent);
    }
}
