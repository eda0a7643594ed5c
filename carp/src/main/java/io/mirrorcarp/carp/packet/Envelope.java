// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import io.mirrorcarp.address.MacAddress;
import java.net.InetAddress;

/**
 * The Ethernet and IP header around an advertisement. Protocol 112, TTL or hop limit 255 and, for IPv4, DF are fixed.
 *
 * @param sourceMac the virtual MAC; the device's own in {@code mac = "interface"} mode
 * @param destinationMac the group's MAC, or the next hop of a unicast peer
 * @param source any address of the device; 0.0.0.0 is accepted by peers
 * @param destination 224.0.0.18, ff02::12, another group, or a unicast peer; of the same family as the source
 * @param tos IPv4 TOS or IPv6 traffic class, 0 to 255
 * @param ipId IPv4 identification, 0 to 65535; unused for IPv6
 */
public record Envelope(
        MacAddress sourceMac,
        MacAddress destinationMac,
        InetAddress source,
        InetAddress destination,
        int tos,
        int ipId) {
    /** VRRP's IPv4 group, which CARP uses too. */
    public static final InetAddress GROUP_IPV4 = IpAddress.of(new byte[] {(byte) 224, 0, 0, 18});

    /** VRRP's IPv6 group ff02::12, which CARP uses too. */
    public static final InetAddress GROUP_IPV6 =
            IpAddress.of(new byte[] {(byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12});

    /** Low delay, as OpenBSD and ucarp mark their IPv4 advertisements. */
    public static final int TOS_LOW_DELAY = 0x10;

    /** Internetwork control, as keepalived marks its advertisements. */
    public static final int TOS_CONTROL = 0xc0;

    /** That of every advertisement sent. */
    public static final int TTL = 255;

    public Envelope {
        if (AddressFamily.of(source) != AddressFamily.of(destination)) {
            throw new IllegalArgumentException("families differ: " + source + ", " + destination);
        }
    }

    /** To the family's CARP group from the virtual MAC of a vhid. */
    public static Envelope multicast(int vhid, InetAddress source, int ipId) {
        return multicast(VirtualMac.of(vhid), source, group(AddressFamily.of(source)), ipId);
    }

    /** To a multicast group. */
    public static Envelope multicast(MacAddress from, InetAddress source, InetAddress group, int ipId) {
        int tos = AddressFamily.of(source) == AddressFamily.IPV4 ? TOS_LOW_DELAY : 0;
        return new Envelope(from, MacAddress.ofMulticast(group), source, group, tos, ipId);
    }

    /** To a host, from the device's own MAC to that of the next hop. */
    public static Envelope unicast(MacAddress from, MacAddress nextHop, InetAddress source, InetAddress peer) {
        return new Envelope(
                from, nextHop, source, peer, AddressFamily.of(source) == AddressFamily.IPV4 ? TOS_LOW_DELAY : 0, 0);
    }

    /** The same with another TOS or traffic class. */
    public Envelope withTos(int changed) {
        return new Envelope(sourceMac, destinationMac, source, destination, changed, ipId);
    }

    /** CARP's group of a family. */
    public static InetAddress group(AddressFamily family) {
        return family == AddressFamily.IPV4 ? GROUP_IPV4 : GROUP_IPV6;
    }

    AddressFamily family() {
        return AddressFamily.of(source);
    }
}
