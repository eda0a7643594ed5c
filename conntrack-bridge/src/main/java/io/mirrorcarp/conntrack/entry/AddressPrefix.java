// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.entry;

import static io.mirrorcarp.pfsync.message.FlowTuple.FAMILY_IPV4;
import static io.mirrorcarp.pfsync.message.FlowTuple.FAMILY_IPV6;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * A block of addresses such as 192.0.2.0/24, in the form of {@link io.mirrorcarp.pfsync.message.FlowTuple}.
 *
 * @param family FAMILY_IPV4 or FAMILY_IPV6
 * @param high first 64 bits of an IPv6 address; 0 for IPv4
 * @param low last 64 bits of an IPv6 address, or the IPv4 address, zero-extended
 * @param length 0 to 32, or 0 to 128; the bits after it are not looked at
 */
public record AddressPrefix(int family, long high, long low, int length) {
    public AddressPrefix {
        int bits = family == FAMILY_IPV4 ? 32 : 128;
        if (length < 0 || length > bits || (family != FAMILY_IPV4 && family != FAMILY_IPV6)) {
            throw new IllegalArgumentException("not a prefix: family " + family + ", length " + length);
        }
    }

    /** The block of {@code length} leading bits of {@code address}. */
    public static AddressPrefix of(InetAddress address, int length) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        if (bytes.remaining() == 4) {
            return new AddressPrefix(FAMILY_IPV4, 0, Integer.toUnsignedLong(bytes.getInt()), length);
        }
        return new AddressPrefix(FAMILY_IPV6, bytes.getLong(), bytes.getLong(), length);
    }

    /** Whether the address is in the block. */
    public boolean contains(int otherFamily, long otherHigh, long otherLow) {
        if (otherFamily != family) {
            return false;
        }
        if (family == FAMILY_IPV4) {
            return sameLeadingBits(low << 32, otherLow << 32, length);
        }
        return sameLeadingBits(high, otherHigh, Math.min(length, 64))
                && sameLeadingBits(low, otherLow, Math.max(length - 64, 0));
    }

    private static boolean sameLeadingBits(long a, long b, int bits) {
        return bits == 0 || (a ^ b) >>> (64 - bits) == 0;
    }
}
