// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.doctor.adverts;

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
 * @param outgoing whether this host did
 */
public record AdvertSighting(String carpdev, int vhid, InetAddress source, Kind kind, boolean outgoing) {
    private static final int ETHERNET_BYTES = 14;
    private static final int IPV4_TYPE = 0x0800;
    private static final int IPV6_HEADER_BYTES = 40;
    /** Version 2 and type 1: CARP as all have it, and VRRP of RFC 3768. */
    private static final int VERSION_2 = 0x21;
    /** Version 3 and type 1: RFC 9568. */
    private static final int VERSION_3 = 0x31;
    /** Both have 2 for the version and 1 for the type; the fourth byte of CARP is the length of its proof in words. */
    private static final int CARP_AUTH_WORDS = 7;

    private static final int CARP_BYTES = 36;

    /** What speaks so. */
    public enum Kind {
        CARP,
        VRRP
    }

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
        if (length < at + 4) {
            return Optional.empty();
        }
        byte[] source = new byte[ipv4 ? 4 : 16];
        frame.get(ETHERNET_BYTES + (ipv4 ? 12 : 8), source);
        return kind(frame, at, length - at)
                .map(kind -> new AdvertSighting(carpdev, frame.get(at + 1) & 0xff, address(source), kind, outgoing));
    }

    private static Optional<Kind> kind(ByteBuffer frame, int at, int length) {
        int version = frame.get(at) & 0xff;
        if (version == VERSION_3) {
            return Optional.of(Kind.VRRP);
        }
        if (version != VERSION_2) {
            return Optional.empty();
        }
        boolean carp = frame.get(at + 3) == CARP_AUTH_WORDS && length >= CARP_BYTES;
        return Optional.of(carp ? Kind.CARP : Kind.VRRP);
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }
}
