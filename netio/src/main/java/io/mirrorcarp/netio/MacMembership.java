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
    private static final int ADDRESS_BYTES = 20;
    private final Descriptor descriptor;
    private final MacAddress address;

    private MacMembership(Descriptor descriptor, MacAddress address) {
        this.descriptor = descriptor;
        this.address = address;
    }

    /**
     * Opens it. The socket receives nothing, and so costs nothing for each frame.
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
            // Of no protocol.
            descriptor.bind(ByteBuffer.allocateDirect(ADDRESS_BYTES)
                    .order(ByteOrder.nativeOrder())
                    .putShort(0, (short) Libc.AF_PACKET)
                    .putInt(4, ifindex));
            return new MacMembership(descriptor, address);
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

    /** The Ethernet address. */
    public MacAddress address() {
        return address;
    }

    /**
     * Sends one complete frame by the interface.
     *
     * @param frame a direct buffer
     * @return 0, or the errno: ENOBUFS where a rule of the host dropped it
     */
    public int send(ByteBuffer frame) {
        return descriptor.send(frame);
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
