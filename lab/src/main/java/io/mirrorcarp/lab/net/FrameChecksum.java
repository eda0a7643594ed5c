// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import java.nio.ByteBuffer;

/** The checksum of TCP and UDP over IPv4, which the kernel leaves to hardware that a veth does not have. */
final class FrameChecksum {
    private static final int ETHERNET = 14;
    private static final int TCP = 6;
    private static final int UDP = 17;

    private FrameChecksum() {}

    /** Writes it into an Ethernet frame, from index 0 to the limit; leaves what is not TCP or UDP over IPv4 alone. */
    static void complete(ByteBuffer frame) {
        if (frame.limit() < ETHERNET + 20 || frame.getShort(12) != 0x0800) {
            return;
        }
        int transport = ETHERNET + (frame.get(ETHERNET) & 0xf) * 4;
        int end = ETHERNET + Short.toUnsignedInt(frame.getShort(ETHERNET + 2));
        int protocol = frame.get(ETHERNET + 9) & 0xff;
        int at = transport + (protocol == TCP ? 16 : 6);
        if ((protocol != TCP && protocol != UDP) || end > frame.limit() || at + 2 > end) {
            return;
        }
        frame.putShort(at, (short) 0);
        long sum = (long) protocol + end - transport;
        sum += sum(frame, ETHERNET + 12, ETHERNET + 20) + sum(frame, transport, end);
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
