// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Builds complete Ethernet frames around an advertisement. One of CARP has 70 bytes for IPv4, and 90 for IPv6. */
public final class AdvertisementFrame {
    private AdvertisementFrame() {}

    /**
     * What the IP packet carries. With CARP the 36 bytes of its header and nothing behind them: newer FreeBSDs sum the whole payload.
     *
     * @param source of the packet; VRRP's checksum covers both addresses
     * @param destination of the same family
     */
    public static byte[] payload(Advertisement advertisement, InetAddress source, InetAddress destination) {
        if (advertisement instanceof VrrpAdvertisement vrrp) {
            ByteBuffer payload = ByteBuffer.allocate(VrrpHeader.length(vrrp));
            VrrpHeader.put(payload, vrrp, source, destination);
            return payload.array();
        }
        return payload((CarpAdvertisement) advertisement);
    }

    /** What the IP packet carries with CARP, whatever its addresses. */
    public static byte[] payload(CarpAdvertisement advertisement) {
        ByteBuffer payload = ByteBuffer.allocate(CarpHeader.LENGTH);
        CarpHeader.put(payload, advertisement);
        return payload.array();
    }

    public static byte[] build(Envelope envelope, Advertisement advertisement) {
        return build(envelope, payload(advertisement, envelope.source(), envelope.destination()));
    }

    /** The frame around a {@link #payload}. */
    public static byte[] build(Envelope envelope, byte[] payload) {
        boolean ipv4 = envelope.family() == AddressFamily.IPV4;
        int length = Ethernet.LENGTH + (ipv4 ? Ipv4Header.LENGTH : Ipv6Header.LENGTH) + payload.length;
        ByteBuffer frame = ByteBuffer.allocate(length);
        Ethernet.put(
                frame, envelope.destinationMac(), envelope.sourceMac(), ipv4 ? Ethernet.TYPE_IPV4 : Ethernet.TYPE_IPV6);
        if (ipv4) {
            Ipv4Header.put(frame, envelope, payload.length);
        } else {
            Ipv6Header.put(
                    frame,
                    envelope.tos(),
                    CarpHeader.PROTOCOL,
                    envelope.source(),
                    envelope.destination(),
                    payload.length);
        }
        return frame.put(payload).array();
    }
}
