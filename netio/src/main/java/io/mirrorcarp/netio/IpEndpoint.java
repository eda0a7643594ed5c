// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where a raw IP packet goes: a {@code struct sockaddr_in} or {@code sockaddr_in6} in native memory, built once and used for every
 * send. The scope is the interface for link-local and multicast IPv6 addresses, else it is ignored.
 */
public final class IpEndpoint {

    private final InetAddress address;
    private final ByteBuffer bytes;
    private final long pointer;

    /**
     * Without a port.
     *
     * @param address IPv4 or IPv6
     * @param ifindex the interface of a scoped IPv6 address, 0 for none
     */
    public IpEndpoint(InetAddress address, int ifindex) {
        this(address, ifindex, 0);
    }

    /** Like the other, of a UDP port. */
    public IpEndpoint(InetAddress address, int ifindex, int port) {
        this.address = address;
        this.bytes = address instanceof Inet4Address ? inet(address) : inet6(address, ifindex);
        bytes.put(2, (byte) (port >> 8)).put(3, (byte) port);
        this.pointer = Libc.address(bytes);
    }

    private static ByteBuffer inet(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
        bytes.putShort(0, (short) Libc.AF_INET);
        bytes.put(4, address.getAddress());
        return bytes;
    }

    private static ByteBuffer inet6(InetAddress address, int ifindex) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(28).order(ByteOrder.nativeOrder());
        bytes.putShort(0, (short) Libc.AF_INET6);
        bytes.put(8, address.getAddress());
        bytes.putInt(24, address.isLinkLocalAddress() || address.isMulticastAddress() ? ifindex : 0);
        return bytes;
    }

    /** The address. */
    public InetAddress address() {
        return address;
    }

    long pointer() {
        return pointer;
    }

    int length() {
        return bytes.capacity();
    }

    @Override
    public String toString() {
        return address.getHostAddress();
    }
}
