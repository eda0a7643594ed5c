// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The IPv4 header (RFC 791) of an advertisement: 20 bytes sent, options accepted. */
final class Ipv4Header {
    static final int LENGTH = 20;

    private static final int VERSION_AND_IHL = 0x45;
    private static final int DONT_FRAGMENT = 0x4000;
    /** More-fragments bit and fragment offset. */
    private static final int FRAGMENT = 0x3fff;

    private Ipv4Header() {}

    static void put(ByteBuffer frame, Envelope envelope, int payloadLength) {
        int start = frame.position();
        frame.put((byte) VERSION_AND_IHL)
                .put((byte) envelope.tos())
                .putShort((short) (LENGTH + payloadLength))
                .putShort((short) envelope.ipId())
                .putShort((short) DONT_FRAGMENT)
                .put((byte) Envelope.TTL)
                .put((byte) CarpHeader.PROTOCOL)
                .putShort((short) 0)
                .put(envelope.source().getAddress())
                .put(envelope.destination().getAddress());
        frame.putShort(start + 10, (short) InternetChecksum.of(frame, start, LENGTH));
    }

    /** Reads the header at {@code start}, or gives null when this is not protocol 112. */
    static @Nullable IpPacket get(ByteBuffer frame, int start) {
        int available = frame.limit() - start;
        if (available < LENGTH || frame.get(start + 9) != CarpHeader.PROTOCOL) {
            return null;
        }
        int header = (frame.get(start) & 0xf) * Integer.BYTES;
        int total = frame.getShort(start + 2) & 0xffff;
        boolean whole = frame.get(start) >>> 4 == 4
                && header >= LENGTH
                && header <= total
                && total <= available
                && (frame.getShort(start + 6) & FRAGMENT) == 0;
        InetAddress source = IpAddress.get(frame, start + 12, 4);
        InetAddress destination = IpAddress.get(frame, start + 16, 4);
        return new IpPacket(
                AddressFamily.IPV4,
                source,
                destination,
                frame.get(start + 8) & 0xff,
                start + header,
                whole ? total - header : IpPacket.CUT_SHORT,
                whole && InternetChecksum.of(frame, start, header) == 0);
    }
}
