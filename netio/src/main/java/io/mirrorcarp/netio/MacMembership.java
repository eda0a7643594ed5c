// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import io.mirrorcarp.address.MacAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An Ethernet address that an interface takes frames to beside its own (packet(7), PACKET_MR_UNICAST, PACKET_MR_MULTICAST): until it is closed, or the process or the
 * interface ends. An interface without a filter for several goes promiscuous. The frames count as those to another host, or to a group.
 */
public final class MacMembership implements AutoCloseable {
    private final Descriptor descriptor;

    private MacMembership(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Opens it. The socket is not bound, and so costs nothing for each frame.
     *
     * @param ifindex the interface, in the network namespace of the calling thread
     */
    public static MacMembership open(int ifindex, MacAddress address) throws ErrnoException {
        Descriptor descriptor = Descriptor.socket(Libc.AF_PACKET, Libc.SOCK_RAW, 0, "packet socket");
        try {
            descriptor.setOption(
                    Libc.SOL_PACKET,
                    Libc.PACKET_ADD_MEMBERSHIP,
                    request(ifindex, address.isGroup() ? Libc.PACKET_MR_MULTICAST : Libc.PACKET_MR_UNICAST, address),
                    "membership of " + address);
            return new MacMembership(descriptor);
        } catch (ErrnoException e) {
            descriptor.close();
            throw e;
        }
    }

    /** {@code struct packet_mreq}: interface i32, type u16, address length u16, address. */
    static ByteBuffer request(int ifindex, int type, MacAddress address) {
        ByteBuffer request = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
        request.putInt(0, ifindex).putShort(4, (short) type).putShort(6, (short) 6);
        return request.put(8, address.octets());
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
