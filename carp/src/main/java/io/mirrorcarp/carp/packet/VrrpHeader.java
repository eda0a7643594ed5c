// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A VRRP advertisement, big endian: RFC 9568 section 5.1 for version 3, RFC 3768 section 5.1 for version 2.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------+-------+---------------+---------------+---------------+
 *  |version| type 1|     vrid      |   priority    |   addresses   |
 *  +-------+-------+---------------+---------------+---------------+
 *  | 3: 0  |   3: interval, 1/100 s (12 bits)      |               |
 *  | 2: authentication type | 2: interval, seconds |   checksum    |
 *  +------------------------+----------------------+---------------+
 *  |                  virtual addresses, of 4 or 16 bytes          |
 *  +---------------------------------------------------------------+
 *  |       2: authentication data (8 bytes)                        |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * The checksum is RFC 1071's over all of it; in version 3 over a pseudo header as well (RFC 8200 section 8.1, for IPv4 the same with its addresses), which keepalived, FRR, tcpdump and the FreeBSDs
 * expect for IPv4 too. What others make of it for IPv4 is accepted: without a pseudo header, and with the group in place of a unicast destination, as keepalived up to 1.3.6 does.
 */
final class VrrpHeader {
    /** Bytes before the addresses. */
    static final int LENGTH = 8;

    private static final int TYPE_ADVERTISEMENT = 1;
    private static final int CENTIS_PER_SECOND = 100;
    private static final int INTERVAL_MASK = 0xfff;
    private static final int CHECKSUM = 6;

    private VrrpHeader() {}

    static int length(VrrpAdvertisement advertisement) {
        int addresses = advertisement.addresses().stream()
                .mapToInt(address -> address.getAddress().length)
                .sum();
        return LENGTH + addresses + trailer(advertisement.protocol());
    }

    /** Writes one whose checksum is for these addresses of the IP header. */
    static void put(ByteBuffer frame, VrrpAdvertisement advertisement, InetAddress source, InetAddress destination) {
        int start = frame.position();
        frame.put((byte) (advertisement.protocol().version() << 4 | TYPE_ADVERTISEMENT))
                .put((byte) advertisement.vhid())
                .put((byte) advertisement.priority())
                .put((byte) advertisement.addresses().size());
        boolean hasPassword = advertisement.protocol() == Protocol.VRRP2;
        if (hasPassword) {
            frame.put((byte) advertisement.authType()).put((byte) (advertisement.intervalCentis() / CENTIS_PER_SECOND));
        } else {
            frame.putShort((short) advertisement.intervalCentis());
        }
        frame.putShort((short) 0);
        advertisement.addresses().forEach(address -> frame.put(address.getAddress()));
        if (hasPassword) {
            frame.putLong(advertisement.password().bits());
        }
        int length = frame.position() - start;
        long sum = InternetChecksum.sum(frame, start, length)
                + (hasPassword ? 0 : pseudoHeader(source, destination, length));
        frame.putShort(start + CHECKSUM, (short) InternetChecksum.finish(sum));
    }

    /** The same for IPv4 and IPv6, since zeros add nothing. */
    private static long pseudoHeader(InetAddress source, InetAddress destination, int length) {
        return sum(source) + sum(destination) + CarpHeader.PROTOCOL + length;
    }

    private static long sum(InetAddress address) {
        byte[] octets = address.getAddress();
        return InternetChecksum.sum(ByteBuffer.wrap(octets), 0, octets.length);
    }

    private static int trailer(Protocol protocol) {
        return protocol == Protocol.VRRP2 ? Long.BYTES : 0;
    }

    /** Whether an advertisement is as long as its number of addresses tells; it has at least one. */
    static boolean lengthIsRight(ByteBuffer frame, IpPacket packet, Protocol protocol) {
        int addresses = frame.get(packet.payloadStart() + 3) & 0xff;
        int least = LENGTH + addresses * octets(packet.family()) + trailer(protocol);
        return addresses > 0 && packet.payloadLength() >= least;
    }

    private static int octets(AddressFamily family) {
        return family == AddressFamily.IPV4 ? 4 : 16;
    }

    static boolean checksumIsRight(ByteBuffer frame, IpPacket packet, Protocol protocol) {
        int length = packet.payloadLength();
        long sum = InternetChecksum.sum(frame, packet.payloadStart(), length);
        boolean alone = InternetChecksum.finish(sum) == 0;
        if (protocol == Protocol.VRRP2) {
            return alone;
        }
        InetAddress group = Envelope.group(packet.family());
        boolean full = InternetChecksum.finish(sum + pseudoHeader(packet.source(), packet.destination(), length)) == 0;
        return full
                || (packet.family() == AddressFamily.IPV4
                        && (alone || InternetChecksum.finish(sum + pseudoHeader(packet.source(), group, length)) == 0));
    }

    /** Reads one whose length is right. */
    static VrrpAdvertisement get(ByteBuffer frame, IpPacket packet, Protocol protocol) {
        int start = packet.payloadStart();
        boolean hasPassword = protocol == Protocol.VRRP2;
        List<InetAddress> addresses = new ArrayList<>();
        int at = start + LENGTH;
        for (int left = frame.get(start + 3) & 0xff; left > 0; left--) {
            addresses.add(IpAddress.get(frame, at, octets(packet.family())));
            at += octets(packet.family());
        }
        return new VrrpAdvertisement(
                protocol,
                frame.get(start + 1) & 0xff,
                frame.get(start + 2) & 0xff,
                hasPassword
                        ? (frame.get(start + 5) & 0xff) * CENTIS_PER_SECOND
                        : frame.getShort(start + 4) & INTERVAL_MASK,
                hasPassword ? frame.get(start + 4) & 0xff : VrrpPassword.NO_AUTHENTICATION,
                hasPassword ? new VrrpPassword(frame.getLong(at)) : VrrpPassword.NONE,
                addresses);
    }
}
