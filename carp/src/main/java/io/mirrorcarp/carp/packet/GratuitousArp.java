// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import io.mirrorcarp.address.MacAddress;
import java.net.Inet4Address;

/**
 * Broadcast ARP frames (RFC 826) that tell everybody where a virtual IPv4 address now is: 42 bytes, sender and target
 * protocol address both the virtual address. Send both kinds: some neighbours believe only one of them.
 *
 * <p>A FreeBSD backup answers the request with its own MAC and stays silent to the reply, so send the reply last.
 */
public final class GratuitousArp {
    private static final MacAddress NO_MAC = new MacAddress(0);

    private GratuitousArp() {}

    /** Operation 1, target hardware address zero. */
    public static byte[] request(MacAddress mac, Inet4Address address) {
        return Arp.frame(Arp.OP_REQUEST, MacAddress.BROADCAST, mac, address, NO_MAC, address);
    }

    /** Operation 2, target hardware address the announced one. */
    public static byte[] reply(MacAddress mac, Inet4Address address) {
        return Arp.frame(Arp.OP_REPLY, MacAddress.BROADCAST, mac, address, mac, address);
    }
}
