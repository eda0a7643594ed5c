// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.Envelope;
import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.IpEndpoint;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.RawIpSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sends advertisements to hosts: the kernel finds the next hop. One raw socket for each source address, opened when it is first used. */
final class UnicastSockets implements AutoCloseable {
    private static final int SLOT_BYTES = 1500;
    /** Sources change seldom; then the sockets of earlier ones are closed. */
    private static final int MOST_SOCKETS = 16;

    private record From(AddressFamily family, @Nullable InetAddress source) {}

    private final int protocol;
    private final int ifindex;
    private final Map<From, RawIpSocket> sockets = new HashMap<>();
    private final Map<InetAddress, IpEndpoint> peers = new HashMap<>();
    private final MessageBatch batch = new MessageBatch(1, SLOT_BYTES);

    UnicastSockets(int protocol, int ifindex) {
        this.protocol = protocol;
        this.ifindex = ifindex;
    }

    /** 0, or the errno. */
    int send(@Nullable InetAddress source, InetAddress peer, byte[] payload) {
        From from = new From(AddressFamily.of(peer), source);
        try {
            RawIpSocket socket = sockets.get(from);
            if (socket == null) {
                socket = open(from);
            }
            IpEndpoint endpoint = peers.computeIfAbsent(peer, address -> new IpEndpoint(address, ifindex));
            batch.clear();
            ByteBuffer slot = Objects.requireNonNull(batch.append(endpoint));
            slot.put(payload);
            batch.commit();
            return socket.send(batch);
        } catch (ErrnoException e) {
            return e.errno();
        }
    }

    private RawIpSocket open(From from) throws ErrnoException {
        if (sockets.size() >= MOST_SOCKETS) {
            close();
        }
        RawIpSocket socket = RawIpSocket.open(from.family() == AddressFamily.IPV6, protocol, ifindex);
        try {
            socket.setFilter(BpfProgram.dropAll());
            if (from.family() == AddressFamily.IPV4) {
                socket.setTypeOfService(Envelope.TOS_LOW_DELAY);
            }
            if (from.source() != null) {
                socket.bind(from.source());
            }
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
        sockets.put(from, socket);
        return socket;
    }

    @Override
    public void close() {
        sockets.values().forEach(RawIpSocket::close);
        sockets.clear();
    }
}
