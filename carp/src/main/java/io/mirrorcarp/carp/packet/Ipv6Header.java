// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The IPv6 header (RFC 8200): 40 bytes, no extension headers. */
final class Ipv6Header {
    static final int LENGTH = 40;

    private static final int VERSION = 6;

    private Ipv6Header() {}

    static void put(
            ByteBuffer frame,
            int trafficClass,
            int nextHeader,
            InetAddress source,
            InetAddress destination,
            int length) {
        frame.putInt(VERSION << 28 | trafficClass << 20)
                .putShort((short) length)
                .put((byte) nextHeader)
                .put((byte) Envelope.TTL)
                .put(source.getAddress())
                .put(destination.getAddress());
    }

    /** Reads the header at {@code start}, or gives null when the next header is not 112. */
    static @Nullable IpPacket get(ByteBuffer frame, int start) {
        int available = frame.limit() - start - LENGTH;
        if (available < 0 || frame.get(start + 6) != CarpHeader.PROTOCOL) {
            return null;
        }
        int length = frame.getShort(start + 4) & 0xffff;
        boolean whole = (frame.get(start) >>> 4 & 0xf) == VERSION && length <= available;
        InetAddress source = IpAddress.get(frame, start + 8, 16);
        InetAddress destination = IpAddress.get(frame, start + 24, 16);
        return new IpPacket(
                AddressFamily.IPV6,
                source,
                destination,
                frame.get(start + 7) & 0xff,
                start + LENGTH,
                whole ? length : IpPacket.CUT_SHORT,
                true);
    }
}
