// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An address and the length of its prefix: of a virtual address, or of a block of addresses such as 192.0.2.0/24. Whether an address is in it is told without making
 * anything.
 *
 * @param family {@link #IPV4} or {@link #IPV6}
 * @param high first 64 bits of an IPv6 address; 0 for IPv4
 * @param low last 64 bits of an IPv6 address, or the IPv4 address, zero-extended
 * @param length 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record AddressPrefix(int family, long high, long low, int length) {
    /** AF_INET. */
    public static final int IPV4 = 2;

    /** AF_INET6. */
    public static final int IPV6 = 10;

    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;

    public AddressPrefix {
        if ((family != IPV4 && family != IPV6) || length < 0 || length > bits(family)) {
            throw new IllegalArgumentException("not a prefix: family " + family + ", length " + length);
        }
    }

    /** The prefix of an address. */
    public AddressPrefix(InetAddress address, int length) {
        this(
                address.getAddress().length == Integer.BYTES ? IPV4 : IPV6,
                high(address.getAddress()),
                low(address.getAddress()),
                length);
    }

    private static long high(byte[] octets) {
        return octets.length == Integer.BYTES ? 0 : ByteBuffer.wrap(octets).getLong();
    }

    private static long low(byte[] octets) {
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        return octets.length == Integer.BYTES ? Integer.toUnsignedLong(buffer.getInt()) : buffer.getLong(Long.BYTES);
    }

    private static int bits(int family) {
        return family == IPV4 ? IPV4_BITS : IPV6_BITS;
    }

    /** With the bits after the prefix. */
    public InetAddress address() {
        try {
            return InetAddress.getByAddress(octets());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 octets are an address", e);
        }
    }

    private byte[] octets() {
        return family == IPV4
                ? ByteBuffer.allocate(Integer.BYTES).putInt((int) low).array()
                : ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
    }

    /** Whether the other address is inside this prefix. */
    public boolean contains(InetAddress other) {
        byte[] octets = other.getAddress();
        return contains(octets.length == Integer.BYTES ? IPV4 : IPV6, high(octets), low(octets));
    }

    /** The same, of an address in the form of this record. */
    public boolean contains(int otherFamily, long otherHigh, long otherLow) {
        if (otherFamily != family) {
            return false;
        }
        if (family == IPV4) {
            return sameLeadingBits(low << 32, otherLow << 32, length);
        }
        return sameLeadingBits(high, otherHigh, Math.min(length, Long.SIZE))
                && sameLeadingBits(low, otherLow, Math.max(length - Long.SIZE, 0));
    }

    private static boolean sameLeadingBits(long a, long b, int bits) {
        return bits == 0 || (a ^ b) >>> (Long.SIZE - bits) == 0;
    }

    /** True when every bit after the prefix is the given one: all 0 is a network, all 1 its broadcast address. */
    public boolean hostBitsAre(int bit) {
        byte[] bytes = octets();
        for (int i = length; i < bytes.length * 8; i++) {
            if ((bytes[i / 8] >> (7 - i % 8) & 1) != bit) {
                return false;
            }
        }
        return true;
    }

    /** Why it cannot be a virtual address, such as "is a network, not the address of a host in it"; empty when it can. */
    public Optional<String> virtualAddressProblem() {
        int hostBits = bits(family) - length;
        if (!isHost() || length == 0) {
            return Optional.of("cannot be a virtual address");
        }
        if (hostBits > 1 && hostBitsAre(0)) {
            return Optional.of("is a network, not the address of a host in it");
        }
        if (hostBits > 1 && family == IPV4 && hostBitsAre(1)) {
            return Optional.of("is the broadcast address of its network, not a host in it");
        }
        return Optional.empty();
    }

    /** True when a single host can have the address: it is not reserved, unspecified, of a group or of the loopback. */
    public boolean isHost() {
        byte[] bytes = octets();
        boolean reserved = bytes.length == 4 && (bytes[0] == 0 || (bytes[0] & 0xf0) == 0xf0);
        InetAddress address = address();
        return !reserved
                && !address.isAnyLocalAddress()
                && !address.isMulticastAddress()
                && !address.isLoopbackAddress();
    }

    /** As the file spells it: {@code 203.0.113.1/24}. */
    @Override
    public String toString() {
        return AddressText.format(address()) + "/" + length;
    }
}
