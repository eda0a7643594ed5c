// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.IpAddress;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * The virtual addresses of a vhid in the order in which every system hashes them: IPv4 before IPv6, each sorted as
 * unsigned bytes, each once, without prefix length and without scope.
 *
 * @param addresses in that order
 */
public record AddressSet(List<InetAddress> addresses) {
    /** Octets 2 and 3 of a link-local address, where KAME-derived kernels keep the interface index. */
    private static final int EMBEDDED_SCOPE = 2;

    public AddressSet {
        addresses = addresses.stream()
                .map(AddressSet::withoutScope)
                .distinct()
                .sorted((left, right) -> compare(left.getAddress(), right.getAddress()))
                .toList();
    }

    public static AddressSet of(Collection<InetAddress> addresses) {
        return new AddressSet(List.copyOf(addresses));
    }

    public boolean has(AddressFamily family) {
        return addresses.stream().anyMatch(address -> AddressFamily.of(address) == family);
    }

    public boolean has(InetAddress address) {
        return addresses.contains(withoutScope(address));
    }

    AddressSet withoutLinkLocal() {
        return new AddressSet(addresses.stream()
                .filter(address -> AddressFamily.of(address) == AddressFamily.IPV4 || !address.isLinkLocalAddress())
                .toList());
    }

    AddressSet with(InetAddress address) {
        return new AddressSet(
                Stream.concat(addresses.stream(), Stream.of(address)).toList());
    }

    /** What is hashed: 4 or 16 octets for each. */
    byte[] octets() {
        ByteBuffer octets = ByteBuffer.allocate(16 * addresses.size());
        addresses.forEach(address -> octets.put(address.getAddress()));
        return Arrays.copyOf(octets.array(), octets.position());
    }

    /** Names the set with the same number on every node: the first 8 bytes, big-endian, of the SHA-256 of its octets in their order. */
    public long digest() {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(octets()))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static InetAddress withoutScope(InetAddress address) {
        byte[] octets = address.getAddress();
        if (octets.length == 16 && address.isLinkLocalAddress()) {
            octets[EMBEDDED_SCOPE] = 0;
            octets[EMBEDDED_SCOPE + 1] = 0;
        }
        return IpAddress.of(octets);
    }

    private static int compare(byte[] left, byte[] right) {
        return left.length == right.length ? Arrays.compareUnsigned(left, right) : left.length - right.length;
    }
}
