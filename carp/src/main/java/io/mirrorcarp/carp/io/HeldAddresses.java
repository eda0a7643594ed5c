// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.carp.packet.GratuitousArp;
import io.mirrorcarp.carp.packet.MacAddress;
import io.mirrorcarp.carp.packet.UnsolicitedNeighbourAdvertisement;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Virtual addresses that this node answers for.
 *
 * @param mac the Ethernet address that it answers with
 * @param routesIpv6 whether the node forwards IPv6 from the segment, which its neighbour advertisements must tell
 * @param ifindex the interface that they are on
 * @param changes how much had to be done for it: 0 where all of it was there before
 */
public record HeldAddresses(
        List<VirtualAddress> addresses, MacAddress mac, boolean routesIpv6, int ifindex, int changes) {
    public HeldAddresses {
        addresses = List.copyOf(addresses);
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
                frames.add(GratuitousArp.request(mac, address));
                replies.add(GratuitousArp.reply(mac, address));
            } else if (virtual.address() instanceof Inet6Address address) {
                frames.add(UnsolicitedNeighbourAdvertisement.frame(mac, address, routesIpv6));
            }
        }
        frames.addAll(replies);
        return frames;
    }
}
