// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import java.nio.ByteBuffer;

/** Builds complete Ethernet frames around an advertisement: 70 bytes for IPv4, 90 for IPv6. */
public final class AdvertisementFrame {
    private AdvertisementFrame() {}

    /** What the IP packet carries: the 36 bytes of the CARP header. */
    public static byte[] payload(CarpAdvertisement advertisement) {
        ByteBuffer payload = ByteBuffer.allocate(CarpHeader.LENGTH);
        CarpHeader.put(payload, advertisement);
        return payload.array();
    }

    /** Nothing follows the 36 bytes of the CARP header: newer FreeBSDs sum the whole payload. */
    public static byte[] build(Envelope envelope, CarpAdvertisement advertisement) {
        boolean ipv4 = envelope.family() == AddressFamily.IPV4;
        int length = Ethernet.LENGTH + (ipv4 ? Ipv4Header.LENGTH : Ipv6Header.LENGTH) + CarpHeader.LENGTH;
        ByteBuffer frame = ByteBuffer.allocate(length);
        Ethernet.put(
                frame, envelope.destinationMac(), envelope.sourceMac(), ipv4 ? Ethernet.TYPE_IPV4 : Ethernet.TYPE_IPV6);
        if (ipv4) {
            Ipv4Header.put(frame, envelope, CarpHeader.LENGTH);
        } else {
            Ipv6Header.put(
                    frame,
                    envelope.tos(),
                    CarpHeader.PROTOCOL,
                    envelope.source(),
                    envelope.destination(),
                    CarpHeader.LENGTH);
        }
        CarpHeader.put(frame, advertisement);
        return frame.array();
    }
}
