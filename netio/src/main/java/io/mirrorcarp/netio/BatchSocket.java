// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.net.InetAddress;

/** A datagram socket on one interface that sends and receives in batches. Nonblocking. */
public interface BatchSocket extends AutoCloseable {
    /** For {@link EventLoopDescriptor}. */
    Descriptor descriptor();

    /** Receives what is there, without waiting: packets now in the batch, 0 where there is none, or minus the errno. */
    default int receive(MessageBatch batch) {
        return batch.receive(descriptor().fd());
    }

    /** Sends a batch, each message to its own destination. See {@link MessageBatch#failed}. 0, or the last errno. */
    default int send(MessageBatch batch) {
        return batch.send(descriptor().fd());
    }

    /** Joins a multicast group on the socket's interface, with IGMP or MLD. Ends with the socket. */
    void join(InetAddress group) throws ErrnoException;

    /** Sets the type-of-service byte of sent IPv4 packets. */
    default void setTypeOfService(int tos) throws ErrnoException {
        descriptor().setOption(Libc.IPPROTO_IP, Libc.IP_TOS, tos, "type of service");
    }

    /** Sets the receive buffer in bytes, beyond {@code net.core.rmem_max} if need be. */
    default void setReceiveBuffer(int bytes) throws ErrnoException {
        descriptor().setReceiveBuffer(bytes);
    }

    /** Sets the send buffer in bytes, beyond {@code net.core.wmem_max} if need be. */
    default void setSendBuffer(int bytes) throws ErrnoException {
        descriptor().setSendBuffer(bytes);
    }

    @Override
    default void close() {
        descriptor().close();
    }
}
