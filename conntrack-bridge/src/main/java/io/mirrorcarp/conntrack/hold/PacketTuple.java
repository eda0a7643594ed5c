// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold;

import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.pfsync.message.FlowTuple;
import java.nio.ByteBuffer;

/** Reads the tuple of a packet as connection tracking does, for the protocols of which a packet can be without a state. */
public final class PacketTuple {
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int ECHO_REPLY = 0;
    private static final int ECHO_REPLY_6 = 129;
    private static final int MOST_HEADERS = 8;

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int DESTINATION = 60;

    private PacketTuple() {}

    /**
     * Fills {@code tuple} from a whole packet.
     *
     * @param packet big-endian; the packet is from {@code start} to {@code end}
     * @return whether it is one that another packet of its connection could have made a state for: one with ports, or the answer to a ping. No fragment
     */
    public static boolean read(ByteBuffer packet, int start, int end, FlowTuple tuple) {
        tuple.clear();
        int version = end > start ? packet.get(start) >>> 4 & 0xf : 0;
        return switch (version) {
            case 4 -> readIpv4(packet, start, end, tuple);
            case 6 -> readIpv6(packet, start, end, tuple);
            default -> false;
        };
    }

    private static boolean readIpv4(ByteBuffer packet, int start, int end, FlowTuple tuple) {
        int headerBytes = (packet.get(start) & 0xf) * 4;
        if (headerBytes < IPV4_HEADER || end - start < headerBytes || (packet.getShort(start + 6) & 0x3fff) != 0) {
            return false;
        }
        tuple.family = FlowTuple.FAMILY_IPV4;
        tuple.protocol = packet.get(start + 9) & 0xff;
        tuple.sourceLow = Integer.toUnsignedLong(packet.getInt(start + 12));
        tuple.destinationLow = Integer.toUnsignedLong(packet.getInt(start + 16));
        return readTransport(packet, start + headerBytes, end, tuple);
    }

    private static boolean readIpv6(ByteBuffer packet, int start, int end, FlowTuple tuple) {
        if (end - start < IPV6_HEADER) {
            return false;
        }
        tuple.family = FlowTuple.FAMILY_IPV6;
        tuple.sourceHigh = packet.getLong(start + 8);
        tuple.sourceLow = packet.getLong(start + 16);
        tuple.destinationHigh = packet.getLong(start + 24);
        tuple.destinationLow = packet.getLong(start + 32);
        int next = packet.get(start + 6) & 0xff;
        int at = start + IPV6_HEADER;
        for (int i = 0; i < MOST_HEADERS; i++) {
            if (next != HOP_BY_HOP && next != ROUTING && next != DESTINATION) {
                tuple.protocol = next;
                return readTransport(packet, at, end, tuple);
            }
            if (end - at < 8) {
                return false;
            }
            next = packet.get(at) & 0xff;
            at += ((packet.get(at + 1) & 0xff) + 1) * 8;
        }
        return false;
    }

    private static boolean readTransport(ByteBuffer packet, int at, int end, FlowTuple tuple) {
        if (end - at < 8) {
            return false;
        }
        if (IpProtocol.hasPorts(tuple.protocol)) {
            tuple.sourcePort = Short.toUnsignedInt(packet.getShort(at));
            tuple.destinationPort = Short.toUnsignedInt(packet.getShort(at + 2));
            return true;
        }
        int type = packet.get(at) & 0xff;
        tuple.sourcePort = Short.toUnsignedInt(packet.getShort(at + 4));
        tuple.destinationPort = type << 8 | (packet.get(at + 1) & 0xff);
        return IpProtocol.isIcmp(tuple.protocol)
                && type == (tuple.protocol == IpProtocol.ICMP ? ECHO_REPLY : ECHO_REPLY_6);
    }
}
