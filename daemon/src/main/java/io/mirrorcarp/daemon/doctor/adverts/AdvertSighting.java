// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.doctor.adverts;

import io.mirrorcarp.carp.packet.Protocol;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A packet of IP protocol 112 that was seen on a carpdev, before any packet filter.
 *
 * @param carpdev where
 * @param vhid the vhid or virtual router id, 0 to 255
 * @param source who sent it
 * @param protocol what it speaks
 * @param outgoing whether this host did
 */
public record AdvertSighting(String carpdev, int vhid, InetAddress source, Protocol protocol, boolean outgoing) {
    private static final int ETHERNET_BYTES = 14;
    private static final int IPV4_TYPE = 0x0800;
    private static final int IPV6_HEADER_BYTES = 40;

    /**
     * What is in a frame.
     *
     * @param frame from the Ethernet header on, without a VLAN tag
     * @return empty where it is neither CARP nor VRRP, or is cut
     */
    static Optional<AdvertSighting> of(String carpdev, ByteBuffer frame, boolean outgoing) {
        int length = frame.remaining();
        if (length < ETHERNET_BYTES + 1) {
            return Optional.empty();
        }
        boolean ipv4 = Short.toUnsignedInt(frame.getShort(12)) == IPV4_TYPE;
        int headerBytes = ipv4 ? (frame.get(ETHERNET_BYTES) & 0xf) * 4 : IPV6_HEADER_BYTES;
        int at = ETHERNET_BYTES + headerBytes;
        if (length < at + 8) {
            return Optional.empty();
        }
        byte[] source = new byte[ipv4 ? 4 : 16];
        frame.get(ETHERNET_BYTES + (ipv4 ? 12 : 8), source);
        Protocol protocol = Protocol.of(frame, at, payloadBytes(frame, ipv4, headerBytes, length));
        return protocol == null
                ? Optional.empty()
                : Optional.of(
                        new AdvertSighting(carpdev, frame.get(at + 1) & 0xff, address(source), protocol, outgoing));
    }

    /** By the IP header, since short frames have padding; not more than there is. */
    private static int payloadBytes(ByteBuffer frame, boolean ipv4, int headerBytes, int length) {
        int told = ipv4
                ? Short.toUnsignedInt(frame.getShort(ETHERNET_BYTES + 2)) - headerBytes
                : Short.toUnsignedInt(frame.getShort(ETHERNET_BYTES + 4));
        return Math.min(told, length - ETHERNET_BYTES - headerBytes);
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }
}
