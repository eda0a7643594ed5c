// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.net.InetAddress;

/** A datagram socket on one interface that sends and receives in batches. Nonblocking. */
public interface BatchSocket extends AutoCloseable {
    /** For {@link EventLoopDescriptor}. */
    Descriptor descriptor();

    /** Receives what is there, without waiting: packets now in the batch, 0 where there is none, or minus the errno. */
    int receive(MessageBatch batch);

    /** Sends a batch, each message to its own destination. See {@link MessageBatch#failed}. 0, or the last errno. */
    int send(MessageBatch batch);

    /** Joins a multicast group on the socket's interface, with IGMP or MLD. Ends with the socket. */
    void join(InetAddress group) throws ErrnoException;

    /** Sets the type-of-service byte of sent IPv4 packets. */
    void setTypeOfService(int tos) throws ErrnoException;

    /** Sets the receive buffer in bytes, beyond {@code net.core.rmem_max} if need be. */
    void setReceiveBuffer(int bytes) throws ErrnoException;

    /** Sets the send buffer in bytes, beyond {@code net.core.wmem_max} if need be. */
    void setSendBuffer(int bytes) throws ErrnoException;

    @Override
    void close();
}
