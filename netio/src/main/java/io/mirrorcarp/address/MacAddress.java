// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.address;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A 48-bit Ethernet address.
 *
 * @param bits the six octets in the low 48 bits, first octet highest
 */
public record MacAddress(long bits) {
    /** Octets of an address. */
    public static final int LENGTH = 6;

    public static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);

    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

    public MacAddress {
        if (bits >>> 48 != 0) {
            throw new IllegalArgumentException("not 48 bits: " + Long.toHexString(bits));
        }
    }

    /** Reads the six octets at {@code index}; the buffer is big endian or not, its position stays. */
    public static MacAddress get(ByteBuffer frame, int index) {
        long bits = 0;
        for (int i = 0; i < LENGTH; i++) {
            bits = bits << 8 | Byte.toUnsignedInt(frame.get(index + i));
        }
        return new MacAddress(bits);
    }

    /** Six octets in network order. */
    public static MacAddress of(byte[] octets) {
        if (octets.length != LENGTH) {
            throw new IllegalArgumentException("not six octets: " + octets.length);
        }
        return get(ByteBuffer.wrap(octets), 0);
    }

    /** Six pairs of hex digits with colons between them. */
    public static MacAddress parse(String text) {
        return of(COLONS.parseHex(text));
    }

    /** The group address that carries a multicast IP address: RFC 1112 section 6.4, RFC 2464 section 7. */
    public static MacAddress ofMulticast(InetAddress group) {
        if (!group.isMulticastAddress()) {
            throw new IllegalArgumentException("not a multicast address: " + group.getHostAddress());
        }
        ByteBuffer octets = ByteBuffer.wrap(group.getAddress());
        int last = octets.getInt(octets.capacity() - Integer.BYTES);
        return octets.capacity() == Integer.BYTES
                ? new MacAddress(0x0100_5e00_0000L | (last & 0x7f_ffff))
                : new MacAddress(0x3333_0000_0000L | Integer.toUnsignedLong(last));
    }

    /** In network order. */
    public byte[] octets() {
        byte[] octets = new byte[LENGTH];
        put(ByteBuffer.wrap(octets));
        return octets;
    }

    /** Whether this is a multicast or the broadcast address. */
    public boolean isGroup() {
        return (bits >>> 40 & 1) != 0;
    }

    /** Writes the six octets at the buffer's position, whatever its byte order. */
    public void put(ByteBuffer frame) {
        for (int shift = 40; shift >= 0; shift -= Byte.SIZE) {
            frame.put((byte) (bits >>> shift));
        }
    }

    @Override
    public String toString() {
        return COLONS.formatHex(octets());
    }
}
