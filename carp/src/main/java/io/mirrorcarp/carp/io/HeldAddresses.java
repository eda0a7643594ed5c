// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.GratuitousArp;
import io.mirrorcarp.carp.packet.UnsolicitedNeighbourAdvertisement;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Virtual addresses that this node answers for.
 *
 * @param macs the Ethernet address that it answers with, by the family of the address
 * @param routesIpv6 whether the node forwards IPv6 from the segment, which its neighbour advertisements must tell
 * @param ifindex the interface that they are on
 * @param changes how much had to be done for it: 0 where all of it was there before
 */
public record HeldAddresses(
        List<VirtualAddress> addresses,
        Map<AddressFamily, MacAddress> macs,
        boolean routesIpv6,
        int ifindex,
        int changes) {
    public HeldAddresses {
        addresses = List.copyOf(addresses);
        macs = Map.copyOf(macs);
    }

    /**
     * Those of a plan.
     *
     * @param own the carpdev's own MAC
     */
    static HeldAddresses of(AddressPlan plan, MacAddress own, boolean routesIpv6, int ifindex, int changes) {
        Map<AddressFamily, MacAddress> macs = new EnumMap<>(AddressFamily.class);
        for (AddressFamily family : AddressFamily.values()) {
            macs.put(family, plan.mac() == MacMode.VIRTUAL ? plan.virtualMac(family) : own);
        }
        return new HeldAddresses(plan.addresses(), macs, routesIpv6, ifindex, changes);
    }

    private MacAddress mac(InetAddress address) {
        return Objects.requireNonNull(macs.get(AddressFamily.of(address)));
    }

    /**
     * The frames that tell the segment: for an IPv4 address a gratuitous ARP request, for an IPv6 address an unsolicited neighbour advertisement; and behind all
     * these, for each IPv4 address a gratuitous reply.
     *
     * @param announced which of the addresses
     */
    public List<byte[]> announcement(Predicate<InetAddress> announced) {
        List<byte[]> frames = new ArrayList<>();
        List<byte[]> replies = new ArrayList<>();
        for (VirtualAddress virtual : addresses) {
            if (!announced.test(virtual.address())) {
                continue;
            }
            if (virtual.address() instanceof Inet4Address address) {
                frames.add(GratuitousArp.request(mac(address), address));
                replies.add(GratuitousArp.reply(mac(address), address));
            } else if (virtual.address() instanceof Inet6Address address) {
                frames.add(UnsolicitedNeighbourAdvertisement.frame(mac(address), address, routesIpv6));
            }
        }
        frames.addAll(replies);
        return frames;
    }
}
