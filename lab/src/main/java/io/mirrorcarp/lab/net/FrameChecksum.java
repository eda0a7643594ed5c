// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import java.nio.ByteBuffer;

/** The checksum of TCP and UDP, which the kernel leaves to hardware that a veth does not have. */
final class FrameChecksum {
    private static final int ETHERNET = 14;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int IPV6_HEADER = 40;
    private static final int TCP = 6;
    private static final int UDP = 17;

    private FrameChecksum() {}

    /** Writes it into an Ethernet frame, from index 0 to the limit; leaves alone what is not TCP or UDP, right behind a header of IPv4 or IPv6. */
    static void complete(ByteBuffer frame) {
        int type = frame.limit() < ETHERNET + 20 ? 0 : Short.toUnsignedInt(frame.getShort(12));
        if (type == IPV4) {
            int transport = ETHERNET + (frame.get(ETHERNET) & 0xf) * 4;
            int end = ETHERNET + Short.toUnsignedInt(frame.getShort(ETHERNET + 2));
            complete(frame, frame.get(ETHERNET + 9) & 0xff, ETHERNET + 12, ETHERNET + 20, transport, end);
        } else if (type == IPV6 && frame.limit() >= ETHERNET + IPV6_HEADER) {
            int transport = ETHERNET + IPV6_HEADER;
            int end = transport + Short.toUnsignedInt(frame.getShort(ETHERNET + 4));
            complete(frame, frame.get(ETHERNET + 6) & 0xff, ETHERNET + 8, transport, transport, end);
        }
    }

    private static void complete(
            ByteBuffer frame, int protocol, int addresses, int addressesEnd, int transport, int end) {
        int at = transport + (protocol == TCP ? 16 : 6);
        if ((protocol != TCP && protocol != UDP) || end > frame.limit() || at + 2 > end) {
            return;
        }
        frame.putShort(at, (short) 0);
        long sum = (long) protocol + end - transport;
        sum += sum(frame, addresses, addressesEnd) + sum(frame, transport, end);
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        int checksum = (int) ~sum & 0xffff;
        frame.putShort(at, (short) (protocol == UDP && checksum == 0 ? 0xffff : checksum));
    }

    private static long sum(ByteBuffer frame, int from, int to) {
        long sum = 0;
        for (int i = from; i + 1 < to; i += 2) {
            sum += Short.toUnsignedInt(frame.getShort(i));
        }
        return (to - from) % 2 == 0 ? sum : sum + ((frame.get(to - 1) & 0xff) << 8);
    }
}
