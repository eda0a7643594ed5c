// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state channel on the sync device: datagrams of IP protocol 240, to the multicast group or to the peers, or of UDP to the peers. Protocol 240 is sent with
 * TTL 255. A packet that comes with another TTL was routed, and is refused unless it is of a peer that is configured.
 */
public final class PfsyncChannel implements SyncChannel {
    private static final InetAddress GROUP = group();

    /** An array, since iterating a list allocates. */
    private final FamilySocket[] sockets;

    private PfsyncChannel(List<FamilySocket> sockets) {
        this.sockets = sockets.toArray(FamilySocket[]::new);
    }

    /**
     * Opens it in the network namespace of the calling thread.
     *
     * @param transport UDP for hosts only
     * @param peers where to send; empty for the group 224.0.0.240
     */
    public static PfsyncChannel open(
            SyncDevice device, SyncTransport transport, List<InetAddress> peers, CounterSet<PfsyncCounter> counters)
            throws ErrnoException {
        List<InetAddress> addresses = peers.isEmpty() ? List.of(GROUP) : peers;
        List<FamilySocket> sockets = new ArrayList<>();
        try {
            for (boolean ipv6 : new boolean[] {false, true}) {
                List<InetAddress> family = addresses.stream()
                        .filter(address -> address instanceof Inet6Address == ipv6)
                        .toList();
                if (!family.isEmpty()) {
                    sockets.add(FamilySocket.open(device, ipv6, transport, family, counters));
                }
            }
        } catch (ErrnoException e) {
            sockets.forEach(FamilySocket::close);
            throw e;
        }
        return new PfsyncChannel(sockets);
    }

    @Override
    public Future<Void> register(Context context, Runnable drain) {
        return Future.all(Arrays.stream(sockets)
                        .map(socket -> socket.register(context, drain))
                        .toList())
                .mapEmpty();
    }

    @Override
    public boolean receive(ChannelReceiver receiver) {
        boolean more = false;
        for (FamilySocket socket : sockets) {
            more |= socket.receive(receiver);
        }
        return more;
    }

    @Override
    public void send(byte[] frame, int length) {
        for (FamilySocket socket : sockets) {
            socket.send(frame, length);
        }
    }

    @Override
    public void flush() {
        for (FamilySocket socket : sockets) {
            socket.flush();
        }
    }

    @Override
    public @Nullable InetAddress source(int creatorId) {
        for (FamilySocket socket : sockets) {
            InetAddress source = socket.source(creatorId);
            if (source != null) {
                return source;
            }
        }
        return null;
    }

    @Override
    public @Nullable InetAddress stranger() {
        for (FamilySocket socket : sockets) {
            InetAddress stranger = socket.stranger();
            if (stranger != null) {
                return stranger;
            }
        }
        return null;
    }

    @Override
    public int sendErrno() {
        int errno = 0;
        for (FamilySocket socket : sockets) {
            errno = Math.max(errno, socket.sendErrno());
        }
        return errno;
    }

    @Override
    public Future<Void> close() {
        return Future.join(Arrays.stream(sockets).map(FamilySocket::close).toList())
                .mapEmpty();
    }

    private static InetAddress group() {
        try {
            return InetAddress.getByAddress(new byte[] {(byte) 224, 0, 0, (byte) 240});
        } catch (java.net.UnknownHostException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
