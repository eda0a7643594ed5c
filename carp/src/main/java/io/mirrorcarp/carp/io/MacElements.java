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
 * @param silent the IPv4 addresses for which the kernel does not answer ARP
 */
record MacElements(Map<MacAddress, MacAddress> macs, Map<InetAddress, MacAddress> macOf, Set<InetAddress> silent) {
    static final MacElements NONE = new MacElements(Map.of(), Map.of(), Set.of());

    /**
     * @param plans of one carpdev, those that are held
     * @param own the carpdev's own MAC
     */
    static MacElements of(Collection<AddressPlan> plans, MacAddress own) {
        Map<MacAddress, MacAddress> macs = new HashMap<>();
        Map<InetAddress, MacAddress> macOf = new HashMap<>();
        Set<InetAddress> silent = new HashSet<>();
        for (AddressPlan plan : plans) {
            for (VirtualAddress virtual : plan.addresses()) {
                InetAddress address = virtual.address();
                MacAddress mac = plan.virtualMac(AddressFamily.of(address));
                macs.put(mac, own);
                MacAddress other = macOf.get(address);
                if (other == null || mac.bits() < other.bits()) {
                    macOf.put(address, mac);
                }
                if (!plan.answersArp() && AddressFamily.of(address) == AddressFamily.IPV4) {
                    silent.add(address);
                }
            }
        }
        return new MacElements(macs, macOf, silent);
    }
}
