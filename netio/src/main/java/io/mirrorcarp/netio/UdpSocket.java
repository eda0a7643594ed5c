// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** UDP datagrams of one port on one interface, to hosts and from them, never fragmented on the way. The other side may be in another network. */
public final class UdpSocket implements BatchSocket {
    private static final int PMTU_PROBE = 3;

    private final Descriptor descriptor;

    private UdpSocket(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Opens it.
     *
     * @param ipv6 the family
     * @param port to send from and to receive at
     * @param ifindex the interface to send and receive on, in the network namespace of the calling thread
     */
    public static UdpSocket open(boolean ipv6, int port, int ifindex) throws ErrnoException {
        int family = ipv6 ? Libc.AF_INET6 : Libc.AF_INET;
        Descriptor descriptor = Descriptor.socket(family, Libc.SOCK_DGRAM, 0, "UDP socket, port " + port);
        try {
            descriptor.setOption(Libc.SOL_SOCKET, Libc.SO_BINDTOIFINDEX, ifindex, "interface");
            if (ipv6) {
                descriptor.setOption(Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, 1, "IPv6 only");
                descriptor.setOption(Libc.IPPROTO_IPV6, Libc.IPV6_MTU_DISCOVER, PMTU_PROBE, "path MTU");
                descriptor.setOption(Libc.IPPROTO_IPV6, Libc.IPV6_DONTFRAG, 1, "don't fragment");
            } else {
                descriptor.setOption(Libc.IPPROTO_IP, Libc.IP_MTU_DISCOVER, PMTU_PROBE, "don't fragment");
            }
            ByteBuffer any = ByteBuffer.allocateDirect(ipv6 ? 28 : 16).order(ByteOrder.nativeOrder());
            any.putShort(0, (short) family);
            any.order(ByteOrder.BIG_ENDIAN).putShort(2, (short) port);
            descriptor.bind(any);
            return new UdpSocket(descriptor);
        } catch (ErrnoException e) {
            descriptor.close();
            throw e;
        }
    }

    @Override
    public Descriptor descriptor() {
        return descriptor;
    }

    /** Not for UDP: it goes to hosts. */
    @Override
    public void join(InetAddress group) {
        throw new IllegalArgumentException(group + " is a group");
    }
}
