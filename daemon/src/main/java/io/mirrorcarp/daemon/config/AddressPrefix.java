// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import java.net.InetAddress;
import java.util.Optional;

/**
 * An address and the length of its prefix: of a virtual address, or of a network.
 *
 * @param length 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record AddressPrefix(InetAddress address, int length) {
    /** True when the other address is inside this prefix. */
    public boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] theirs = other.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < length; bit += 8) {
            int mask = 0xff00 >> Math.min(8, length - bit) & 0xff;
            if (((mine[bit / 8] ^ theirs[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    /** True when every bit after the prefix is the given one: all 0 is a network, all 1 its broadcast address. */
    public boolean hostBitsAre(int bit) {
        byte[] bytes = address.getAddress();
        for (int i = length; i < bytes.length * 8; i++) {
            if ((bytes[i / 8] >> (7 - i % 8) & 1) != bit) {
                return false;
            }
        }
        return true;
    }

    /** Why it cannot be a virtual address, such as "is a network, not the address of a host in it"; empty when it can. */
    public Optional<String> virtualAddressProblem() {
        int hostBits = address.getAddress().length * 8 - length;
        if (!isHost() || length == 0) {
            return Optional.of("cannot be a virtual address");
        }
        if (hostBits > 1 && hostBitsAre(0)) {
            return Optional.of("is a network, not the address of a host in it");
        }
        if (hostBits > 1 && address.getAddress().length == 4 && hostBitsAre(1)) {
            return Optional.of("is the broadcast address of its network, not a host in it");
        }
        return Optional.empty();
    }

    /** True when a single host can have the address: it is not reserved, unspecified, of a group or of the loopback. */
    public boolean isHost() {
        byte[] bytes = address.getAddress();
        boolean reserved = bytes.length == 4 && (bytes[0] == 0 || (bytes[0] & 0xf0) == 0xf0);
        return !reserved
                && !address.isAnyLocalAddress()
                && !address.isMulticastAddress()
                && !address.isLoopbackAddress();
    }

    /** As the file spells it: {@code 203.0.113.1/24}. */
    @Override
    public String toString() {
        return AddressText.format(address) + "/" + length;
    }
}
