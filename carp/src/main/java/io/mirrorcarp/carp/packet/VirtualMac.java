// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import io.mirrorcarp.address.MacAddress;
import java.net.Inet6Address;
import java.nio.ByteBuffer;

/** The Ethernet address 00:00:5e:00:01:VHID that the master of a vhid answers with: with CARP for IPv4 and IPv6 alike, with VRRP for IPv4. */
public final class VirtualMac {
    private static final long PREFIX = 0x0000_5e00_0100L;

    private static final long PREFIX_GROUP = 0x0100_5e00_0100L;

    private static final long PREFIX_IPV6 = 0x0000_5e00_0200L;

    private VirtualMac() {}

    /** The virtual address of a vhid of 1 to 255. */
    public static MacAddress of(int vhid) {
        return of(PREFIX, vhid);
    }

    /** The group address 01:00:5e:00:01:VHID, which OpenBSD has with {@code balancing ip}. It is that of the multicast groups x.0.1.VHID and x.128.1.VHID as well. */
    static MacAddress group(int vhid) {
        return of(PREFIX_GROUP, vhid);
    }

    /** VRRP's address 00:00:5e:00:02:VRID for IPv6 (RFC 9568 section 7.3). CARP does not use it. */
    static MacAddress ofIpv6(int vrid) {
        return of(PREFIX_IPV6, vrid);
    }

    private static MacAddress of(long prefix, int vhid) {
        if (vhid < 1 || vhid > 255) {
            throw new IllegalArgumentException("vhid is not 1 to 255: " + vhid);
        }
        return new MacAddress(prefix | vhid);
    }

    /**
     * The link-local address fe80::200:5eff:fe00:1VV that OpenBSD gives its carp interface by itself and that its
     * accepting digest covers: the modified EUI-64 of the virtual MAC (RFC 4291 appendix A).
     */
    public static Inet6Address linkLocal(int vhid) {
        long mac = of(vhid).bits() ^ 0x0200_0000_0000L;
        byte[] octets = new byte[16];
        ByteBuffer.wrap(octets)
                .putLong(0xfe80_0000_0000_0000L)
                .putLong((mac >>> 24) << 40 | 0xff_fe00_0000L | (mac & 0xff_ffffL));
        return (Inet6Address) IpAddress.of(octets);
    }
}
