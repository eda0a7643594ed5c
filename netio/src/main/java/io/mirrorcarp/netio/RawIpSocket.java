// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Packets of one IP protocol on one interface (raw(7)): IPv4 or IPv6, unicast and multicast, TTL or hop limit 255, never fragmented on
 * the way. Nonblocking.
 *
 * <p>A received IPv4 packet begins with its IP header, so its TTL is byte 8; of an IPv6 packet only the payload is received, and its
 * hop limit is {@link MessageBatch#hopLimit}. A sent packet is the payload only, in both families.
 */
public final class RawIpSocket implements BatchSocket {

    private static final int PMTU_PROBE = 3;
    private static final int HOPS = 255;

    private final Descriptor descriptor;
    private final boolean ipv6;
    private final int ifindex;

    private RawIpSocket(Descriptor descriptor, boolean ipv6, int ifindex) {
        this.descriptor = descriptor;
        this.ipv6 = ipv6;
        this.ifindex = ifindex;
    }

    /**
     * Opens it. What arrives before all options are set is thrown away, so every packet read came in on the interface.
     *
     * @param ipv6 the family
     * @param protocol IP protocol number, 1 to 255
     * @param ifindex the interface to send and receive on, in the network namespace of the calling thread
     */
    public static RawIpSocket open(boolean ipv6, int protocol, int ifindex) throws ErrnoException {
        String name = (ipv6 ? "raw IPv6 socket, protocol " : "raw IP socket, protocol ") + protocol;
        Descriptor descriptor = Descriptor.socket(ipv6 ? Libc.AF_INET6 : Libc.AF_INET, Libc.SOCK_RAW, protocol, name);
        try {
            RawIpSocket socket = new RawIpSocket(descriptor, ipv6, ifindex);
            descriptor.attachFilter(BpfProgram.dropAll());
            descriptor.setOption(Libc.SOL_SOCKET, Libc.SO_BINDTOIFINDEX, ifindex, "interface");
            if (ipv6) {
                socket.configureIpv6();
            } else {
                socket.configureIpv4();
            }
            socket.discardReceived();
            descriptor.setOption(Libc.SOL_SOCKET, Libc.SO_DETACH_FILTER, 0, "no filter");
            return socket;
        } catch (ErrnoException e) {
            descriptor.close();
            throw e;
        }
    }

    /**
     * Opens one that receives and sends nothing, and has the errors of all packets of a protocol that this host sends, by whatever socket. It is bound to no
     * interface, since the kernel tells of a neighbour that does not answer by the loopback.
     */
    public static RawIpSocket openForErrors(boolean ipv6, int protocol) throws ErrnoException {
        String name = (ipv6 ? "raw IPv6 socket, errors of " : "raw IP socket, errors of ") + protocol;
        Descriptor descriptor = Descriptor.socket(ipv6 ? Libc.AF_INET6 : Libc.AF_INET, Libc.SOCK_RAW, protocol, name);
        try {
            descriptor.attachFilter(BpfProgram.dropAll());
            int level = ipv6 ? Libc.IPPROTO_IPV6 : Libc.IPPROTO_IP;
            descriptor.setOption(level, ipv6 ? Libc.IPV6_RECVERR : Libc.IP_RECVERR, 1, "report errors");
            return new RawIpSocket(descriptor, ipv6, 0);
        } catch (ErrnoException e) {
            descriptor.close();
            throw e;
        }
    }

    private void configureIpv4() throws ErrnoException {
        int level = Libc.IPPROTO_IP;
        descriptor.setOption(level, Libc.IP_TTL, HOPS, "TTL");
        descriptor.setOption(level, Libc.IP_MULTICAST_TTL, HOPS, "multicast TTL");
        descriptor.setOption(level, Libc.IP_MULTICAST_LOOP, 0, "multicast loop");
        descriptor.setOption(level, Libc.IP_MULTICAST_ALL, 0, "multicast of own groups only");
        descriptor.setOption(level, Libc.IP_MTU_DISCOVER, PMTU_PROBE, "don't fragment");
        descriptor.setOption(level, Libc.IP_MULTICAST_IF, multicastRequest(new byte[4]), "multicast interface");
    }

    private void configureIpv6() throws ErrnoException {
        int level = Libc.IPPROTO_IPV6;
        descriptor.setOption(level, Libc.IPV6_UNICAST_HOPS, HOPS, "hop limit");
        descriptor.setOption(level, Libc.IPV6_MULTICAST_HOPS, HOPS, "multicast hop limit");
        descriptor.setOption(level, Libc.IPV6_MULTICAST_LOOP, 0, "multicast loop");
        descriptor.setOption(level, Libc.IPV6_MULTICAST_ALL, 0, "multicast of own groups only");
        descriptor.setOption(level, Libc.IPV6_MTU_DISCOVER, PMTU_PROBE, "path MTU");
        descriptor.setOption(level, Libc.IPV6_DONTFRAG, 1, "don't fragment");
        descriptor.setOption(level, Libc.IPV6_MULTICAST_IF, ifindex, "multicast interface");
        descriptor.setOption(level, Libc.IPV6_RECVHOPLIMIT, 1, "received hop limit");
    }

    private void discardReceived() {
        MessageBatch discarded = new MessageBatch(16, 16);
        while (receive(discarded) > 0) {
            discarded.clear();
        }
    }

    @Override
    public void join(InetAddress group) throws ErrnoException {
        if (ipv6) {
            ByteBuffer request = ByteBuffer.allocateDirect(20).order(ByteOrder.nativeOrder());
            request.put(0, group.getAddress()).putInt(16, ifindex);
            descriptor.setOption(Libc.IPPROTO_IPV6, Libc.IPV6_JOIN_GROUP, request, "join " + group.getHostAddress());
        } else {
            ByteBuffer request = multicastRequest(group.getAddress());
            descriptor.setOption(Libc.IPPROTO_IP, Libc.IP_ADD_MEMBERSHIP, request, "join " + group.getHostAddress());
        }
    }

    /** {@code struct ip_mreqn}: group, local address (none), interface. */
    private ByteBuffer multicastRequest(byte[] group) {
        ByteBuffer request = ByteBuffer.allocateDirect(12).order(ByteOrder.nativeOrder());
        return request.put(0, group).putInt(8, ifindex);
    }

    /** Chooses the source address of what is sent; without it the kernel does. The address must be one of this host. */
    public void bind(InetAddress source) throws ErrnoException {
        boolean ipv4 = source instanceof Inet4Address;
        ByteBuffer address = ByteBuffer.allocateDirect(ipv4 ? 16 : 28).order(ByteOrder.nativeOrder());
        address.putShort(0, (short) (ipv4 ? Libc.AF_INET : Libc.AF_INET6));
        address.put(ipv4 ? 4 : 8, source.getAddress());
        if (!ipv4) {
            address.putInt(24, source.isLinkLocalAddress() ? ifindex : 0);
        }
        descriptor.bind(address);
    }

    /** Takes only packets that a program accepts; for IPv4 its offset 0 is the IP header, for IPv6 the payload. */
    public void setFilter(BpfProgram filter) throws ErrnoException {
        descriptor.attachFilter(filter);
    }

    /** Of {@link #openForErrors}: the errno of the last refusal since the last call; 0 where there was none. */
    public int takeError() {
        return descriptor.takeError();
    }

    @Override
    public Descriptor descriptor() {
        return descriptor;
    }
}
