// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.traffic;

import io.mirrorcarp.address.MacAddress;
import java.nio.ByteBuffer;

/**
 * Crafts TCP segments without data, as whole Ethernet frames with right checksums, since connection tracking takes a segment with a
 * wrong one for invalid.
 *
 * <pre>
 *   0 destination MAC, 6 source MAC, 12 EtherType 0800
 *  14 IPv4, 20 bytes: TTL 64, protocol 6, don't fragment
 *  34 TCP, 20 bytes: ports, sequence, acknowledgement, flags, window 65535
 * </pre>
 */
public final class TcpFrames {
    /** The flag. */
    public static final int FIN = 1;
    /** The flag. */
    public static final int SYN = 2;
    /** The flag. */
    public static final int RST = 4;
    /** The flag. */
    public static final int ACK = 16;

    /** Of a frame. */
    public static final int BYTES = 54;

    private static final int IP = 14;
    private static final int TCP = 34;
    private static final int TCP_BYTES = 20;
    private static final int PROTOCOL_TCP = 6;

    private final MacAddress destinationMac;
    private final MacAddress sourceMac;
    private final int source;
    private final int destination;

    /** Segments of one direction, between two IPv4 addresses. */
    public TcpFrames(MacAddress destinationMac, MacAddress sourceMac, int source, int destination) {
        this.destinationMac = destinationMac;
        this.sourceMac = sourceMac;
        this.source = source;
        this.destination = destination;
    }

    /** Writes one frame at the start of the buffer, whose position is then behind it. */
    public void write(
            ByteBuffer frame, int sourcePort, int destinationPort, int flags, int sequence, int acknowledgement) {
        destinationMac.put(frame);
        sourceMac.put(frame);
        frame.putShort((short) 0x0800);
        frame.putShort((short) 0x4500).putShort((short) (BYTES - IP));
        frame.putShort((short) 0).putShort((short) 0x4000);
        frame.put((byte) 64).put((byte) PROTOCOL_TCP).putShort((short) 0);
        frame.putInt(source).putInt(destination);
        frame.putShort((short) sourcePort).putShort((short) destinationPort);
        frame.putInt(sequence).putInt(acknowledgement);
        frame.put((byte) ((TCP_BYTES / 4) << 4)).put((byte) flags).putShort((short) 0xffff);
        frame.putShort((short) 0).putShort((short) 0);
        frame.putShort(IP + 10, checksum(frame, IP, TCP, 0));
        // The pseudo header: addresses, protocol and length.
        int pseudo = halves(source) + halves(destination) + PROTOCOL_TCP + TCP_BYTES;
        frame.putShort(TCP + 16, checksum(frame, TCP, BYTES, pseudo));
    }

    private static int halves(int word) {
        return (word >>> 16) + (word & 0xffff);
    }

    /** RFC 1071, from one offset to another, both even. */
    private static short checksum(ByteBuffer frame, int from, int to, int initial) {
        int sum = initial;
        for (int at = from; at < to; at += 2) {
            sum += frame.getShort(at) & 0xffff;
        }
        sum = (sum >>> 16) + (sum & 0xffff);
        return (short) ~((sum >>> 16) + sum);
    }
}
