// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** IP addresses from octets. Sixteen octets stay IPv6, also where they embed an IPv4 address. */
public final class IpAddress {
    private IpAddress() {}

    /** Four or sixteen octets in network order; an IPv6 address gets no scope. */
    public static InetAddress of(byte[] octets) {
        try {
            return octets.length == 16 ? Inet6Address.getByAddress(null, octets, -1) : InetAddress.getByAddress(octets);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalArgumentException("neither 4 nor 16 octets: " + octets.length, wrongLength);
        }
    }

    static InetAddress get(ByteBuffer frame, int index, int length) {
        byte[] octets = new byte[length];
        frame.get(index, octets);
        return of(octets);
    }
}
