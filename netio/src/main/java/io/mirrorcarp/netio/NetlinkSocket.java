// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A netlink socket (netlink(7)): nonblocking, with short acknowledgements (the request's body is not repeated) and with the kernel's
 * sentence about an error.
 */
public final class NetlinkSocket implements AutoCloseable {

    private static final int SOCKADDR_LENGTH = 12;

    private final Descriptor descriptor;
    private final int portId;
    private final ByteBuffer poll = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());

    private NetlinkSocket(Descriptor descriptor, int portId) {
        this.descriptor = descriptor;
        this.portId = portId;
    }

    /**
     * Opens and binds it in the network namespace of the calling thread. The kernel chooses the port id.
     *
     * @param protocol such as {@link io.mirrorcarp.netio.netlink.Netlink#PROTOCOL_ROUTE}
     */
    public static NetlinkSocket open(int protocol) throws ErrnoException {
        Descriptor descriptor =
                Descriptor.socket(Libc.AF_NETLINK, Libc.SOCK_RAW, protocol, "netlink socket, protocol " + protocol);
        try {
            descriptor.setOption(Libc.SOL_NETLINK, Libc.NETLINK_CAP_ACK, 1, "short acknowledgements");
            descriptor.setOption(Libc.SOL_NETLINK, Libc.NETLINK_EXT_ACK, 1, "extended acknowledgements");
            ByteBuffer address = ByteBuffer.allocateDirect(SOCKADDR_LENGTH).order(ByteOrder.nativeOrder());
            address.putShort(0, (short) Libc.AF_NETLINK);
            descriptor.bind(address);
            return new NetlinkSocket(descriptor, readPortId(descriptor, address));
        } catch (ErrnoException e) {
            descriptor.close();
            throw e;
        }
    }

    private static int readPortId(Descriptor descriptor, ByteBuffer address) throws ErrnoException {
        ByteBuffer length = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
        length.putInt(0, SOCKADDR_LENGTH);
        try {
            if (Libc.CALLS.getsockname(descriptor.fd(), Libc.address(address), Libc.address(length)) < 0) {
                throw new ErrnoException("read the port id of a netlink socket", Libc.errno());
            }
            return address.getInt(4);
        } finally {
            Reference.reachabilityFence(length);
        }
    }

    /** The address of this socket: answers carry it, and so do the events that its requests cause. */
    public int portId() {
        return portId;
    }

    /** For {@link EventLoopDescriptor}. */
    public Descriptor descriptor() {
        return descriptor;
    }

    /** Joins a multicast group by its number, 1 and up: {@code RTNLGRP_*}, {@code NFNLGRP_*}. */
    public void join(int group) throws ErrnoException {
        descriptor.setOption(Libc.SOL_NETLINK, Libc.NETLINK_ADD_MEMBERSHIP, group, "group " + group);
    }

    /** Leaves a multicast group that it has joined. What was sent to it before is still read. */
    public void leave(int group) throws ErrnoException {
        descriptor.setOption(Libc.SOL_NETLINK, Libc.NETLINK_DROP_MEMBERSHIP, group, "leave group " + group);
    }

    /** Takes only datagrams that a program accepts; offset 0 is the netlink header. */
    public void setFilter(BpfProgram filter) throws ErrnoException {
        descriptor.attachFilter(filter);
    }

    /**
     * Whether the buffers may be larger than {@code net.core.rmem_max} and {@code net.core.wmem_max}. Shrinks the receive buffer: ask a socket that is not
     * used for more.
     */
    public boolean mayExceedBufferLimits() {
        return descriptor.mayExceedBufferLimits();
    }

    /** Sets the receive buffer in bytes, beyond {@code net.core.rmem_max} where this process may. */
    public void setReceiveBuffer(int bytes) throws ErrnoException {
        descriptor.setReceiveBuffer(bytes);
    }

    /** Sets the send buffer in bytes, beyond {@code net.core.wmem_max} where this process may: the largest single send. */
    public void setSendBuffer(int bytes) throws ErrnoException {
        descriptor.setSendBuffer(bytes);
    }

    /** Lets the kernel know that an event was not delivered: conntrack then sends DESTROY events again. */
    public void setBroadcastError(boolean on) throws ErrnoException {
        descriptor.setOption(Libc.SOL_NETLINK, Libc.NETLINK_BROADCAST_ERROR, on ? 1 : 0, "broadcast error");
    }

    /** Lets the kernel look at all of a dump request of rtnetlink, so that it tells only what was asked for. Since Linux 4.20. */
    public void setStrict() throws ErrnoException {
        descriptor.setOption(Libc.SOL_NETLINK, Libc.NETLINK_GET_STRICT_CHK, 1, "strict requests");
    }

    /** Hides {@code ENOBUFS} from {@link #receive}: lost events are then not noticed. */
    public void setNoEnobufs(boolean on) throws ErrnoException {
        descriptor.setOption(Libc.SOL_NETLINK, Libc.NETLINK_NO_ENOBUFS, on ? 1 : 0, "no ENOBUFS");
    }

    /**
     * Receives what is there, without waiting.
     *
     * @return datagrams now in the batch; 0 where there is none; minus the errno: {@code -ENOBUFS} says once that events were lost, and what is
     *     queued can still be read
     */
    public int receive(MessageBatch batch) {
        return batch.receive(descriptor.fd());
    }

    /**
     * Sends messages to the kernel in one call, from the buffer's position to its limit, which are left alone. The kernel carries them
     * out in order before it returns; the answers are there to be received then.
     *
     * @param messages a direct buffer
     * @return 0, or the errno: {@code EMSGSIZE} where it is larger than the send buffer
     */
    public int send(ByteBuffer messages) {
        return descriptor.send(messages);
    }

    /**
     * Waits for something to read.
     *
     * @return whether there is something; false after the timeout, or earlier where a signal interrupted the wait
     */
    public boolean awaitReadable(int timeoutMillis) {
        poll.putInt(0, descriptor.fd()).putShort(4, Libc.POLLIN);
        try {
            return Libc.CALLS.poll(Libc.address(poll), 1, timeoutMillis) > 0;
        } finally {
            Reference.reachabilityFence(poll);
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
