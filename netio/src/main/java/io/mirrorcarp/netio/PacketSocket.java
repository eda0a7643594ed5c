// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import io.mirrorcarp.address.MacAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Whole Ethernet frames of one interface, received and sent (packet(7), AF_PACKET with ETH_P_ALL). It sees frames before the bridge,
 * nf_tables and the IP layer can take or drop them. Nonblocking.
 */
public final class PacketSocket implements AutoCloseable {

    /** {@link MessageBatch#packetType} of a frame that this host sent: linux/if_packet.h. */
    public static final int OUTGOING = 4;

    private final Descriptor descriptor;
    private final int ifindex;

    private PacketSocket(Descriptor descriptor, int ifindex) {
        this.descriptor = descriptor;
        this.ifindex = ifindex;
    }

    /**
     * Opens it on an interface. The filter is attached before the socket is bound, and an unbound one receives nothing, so no frame
     * that the filter would drop is ever read. Frames that this host sends are not received.
     *
     * @param ifindex the interface, in the network namespace of the calling thread
     * @param filter which frames to take
     */
    public static PacketSocket open(int ifindex, BpfProgram filter) throws ErrnoException {
        return open(ifindex, filter, true);
    }

    /** The same, and the frames that this host sends too: {@link MessageBatch#packetType} of these is {@value #OUTGOING}. */
    public static PacketSocket openBothWays(int ifindex, BpfProgram filter) throws ErrnoException {
        return open(ifindex, filter, false);
    }

    private static PacketSocket open(int ifindex, BpfProgram filter, boolean onlyIncoming) throws ErrnoException {
        Descriptor descriptor = Descriptor.socket(Libc.AF_PACKET, Libc.SOCK_RAW, 0, "packet socket");
        try {
            descriptor.attachFilter(filter);
            if (onlyIncoming) {
                descriptor.setOption(Libc.SOL_PACKET, Libc.PACKET_IGNORE_OUTGOING, 1, "ignore outgoing");
            }
            ByteBuffer address = ByteBuffer.allocateDirect(20).order(ByteOrder.nativeOrder());
            address.putShort(0, (short) Libc.AF_PACKET);
            address.put(3, (byte) Libc.ETH_P_ALL);
            address.putInt(4, ifindex);
            descriptor.bind(address);
            return new PacketSocket(descriptor, ifindex);
        } catch (ErrnoException e) {
            descriptor.close();
            throw e;
        }
    }

    /** The interface it is bound to. */
    public int ifindex() {
        return ifindex;
    }

    /** For {@link EventLoopDescriptor}. */
    public Descriptor descriptor() {
        return descriptor;
    }

    /** Puts another filter in the place of the one there is; no frame is taken without one. */
    public void setFilter(BpfProgram filter) throws ErrnoException {
        descriptor.attachFilter(filter);
    }

    /** Lets the interface take frames to a group address; sends no IGMP or MLD. Ends with the socket. */
    public void joinMulticast(MacAddress group) throws ErrnoException {
        addMembership(Libc.PACKET_MR_MULTICAST, group, "multicast membership");
    }

    /** Lets the interface take every frame. Ends with the socket. */
    public void setPromiscuous() throws ErrnoException {
        addMembership(Libc.PACKET_MR_PROMISC, new MacAddress(0), "promiscuous mode");
    }

    private void addMembership(int type, MacAddress address, String what) throws ErrnoException {
        ByteBuffer request = MacMembership.request(ifindex, type, address);
        descriptor.setOption(Libc.SOL_PACKET, Libc.PACKET_ADD_MEMBERSHIP, request, what);
    }

    /** Sets the receive buffer in bytes, beyond {@code net.core.rmem_max} if need be. */
    public void setReceiveBuffer(int bytes) throws ErrnoException {
        descriptor.setReceiveBuffer(bytes);
    }

    /**
     * Receives what is there, without waiting.
     *
     * @return frames now in the batch; 0 where there is none; minus the errno, such as {@code -ENETDOWN}, once after the interface went down
     */
    public int receive(MessageBatch batch) {
        return batch.receive(descriptor.fd());
    }

    /**
     * Sends one complete frame, from the buffer's position to its limit, which are left alone.
     *
     * @param frame a direct buffer
     * @return 0, or the errno
     */
    public int send(ByteBuffer frame) {
        return descriptor.send(frame);
    }

    /** Sends a batch of complete frames, appended without a destination. See {@link MessageBatch#failed}. 0, or the last errno. */
    public int send(MessageBatch batch) {
        return batch.send(descriptor.fd());
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
