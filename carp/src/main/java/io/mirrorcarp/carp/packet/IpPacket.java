// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import java.net.InetAddress;

/**
 * What the checks need from an IP header, of either family.
 *
 * @param payloadStart index of the first byte after the header
 * @param payloadLength bytes after the header by the header's own word, or {@link #CUT_SHORT}
 * @param sumIsRight whether the header's checksum is right; always so for IPv6, which has none
 */
record IpPacket(
        AddressFamily family,
        InetAddress source,
        InetAddress destination,
        int ttl,
        int payloadStart,
        int payloadLength,
        boolean sumIsRight) {
    /** The frame is shorter than its header says, the header is malformed, or this is a fragment. */
    static final int CUT_SHORT = -1;
}
