// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import io.mirrorcarp.address.MacAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The frame that tells all nodes where a virtual IPv6 address now is (RFC 4861 section 7.2.6): 86 bytes, from the
 * address itself to ff02::1, hop limit 255, Override set, target link-layer address option present.
 */
public final class UnsolicitedNeighbourAdvertisement {
    private static final InetAddress ALL_NODES =
            IpAddress.of(new byte[] {(byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
    private static final int NEXT_HEADER_ICMPV6 = 58;
    private static final int TYPE_NEIGHBOUR_ADVERTISEMENT = 136;
    private static final int FLAG_ROUTER = 0x8000_0000;
    private static final int FLAG_OVERRIDE = 0x2000_0000;
    private static final int OPTION_TARGET_LINK_LAYER = 2;
    /** Type, code, checksum, flags, target, and one option of eight bytes. */
    private static final int ICMP_LENGTH = 8 + 16 + 8;

    private UnsolicitedNeighbourAdvertisement() {}

    /** The Router flag must say whether this node forwards: a host that loses it drops its default route. */
    public static byte[] frame(MacAddress mac, Inet6Address address, boolean router) {
        ByteBuffer frame = ByteBuffer.allocate(Ethernet.LENGTH + Ipv6Header.LENGTH + ICMP_LENGTH);
        Ethernet.put(frame, MacAddress.ofMulticast(ALL_NODES), mac, Ethernet.TYPE_IPV6);
        Ipv6Header.put(frame, 0, NEXT_HEADER_ICMPV6, address, ALL_NODES, ICMP_LENGTH);
        int icmp = frame.position();
        frame.put((byte) TYPE_NEIGHBOUR_ADVERTISEMENT)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(FLAG_OVERRIDE | (router ? FLAG_ROUTER : 0))
                .put(address.getAddress())
                .put((byte) OPTION_TARGET_LINK_LAYER)
                .put((byte) 1);
        mac.put(frame);
        frame.putShort(icmp + 2, (short) checksum(frame, icmp));
        return frame.array();
    }

    /** RFC 4443 section 2.3: both addresses, the length and the next header are summed before the message. */
    private static int checksum(ByteBuffer frame, int icmp) {
        long addresses = InternetChecksum.sum(frame, icmp - 32, 32);
        long message = InternetChecksum.sum(frame, icmp, ICMP_LENGTH);
        return InternetChecksum.finish(addresses + ICMP_LENGTH + NEXT_HEADER_ICMPV6 + message);
    }
}
