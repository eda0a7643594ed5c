// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.auth.ExpectedCounters;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.BurstPace;
import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.EventLoopDescriptor;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.PacketSocket;
import io.mirrorcarp.netio.RawIpSocket;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A packet socket on the carpdev. A peer's advertisements come from the virtual MAC, which this node may have as well; the socket hears them before anything
 * else on this host sees them, and whatever their source address.
 *
 * <p>A raw IP socket of protocol 112 per family goes with it. It receives nothing. It joins the group by IGMP or MLD, so that switches that
 * snoop forward it, and its presence keeps the kernel from answering unicast advertisements with "protocol unreachable".
 */
final class PacketAdvertSocket implements AdvertSocket {
    private static final Logger LOG = LoggerFactory.getLogger("carp");
    private static final int PROTOCOL = 112;
    private static final int SLOTS = 32;
    private static final int SLOT_BYTES = 2048;
    private static final int BATCHES_PER_CALL = 4;
    private static final int RECEIVE_BUFFER = 1 << 20;
    private static final int FRAME_BYTES = 1518;

    /**
     * Between two readings while somebody floods: a wake-up for each frame would take the processor of the election, and that of the kernel's receive path with it. No
     * advertisement waits for longer.
     */
    private static final long FLOOD_PAUSE_NANOS = 1_000_000;

    private final PacketSocket socket;
    private final List<RawIpSocket> memberships = new ArrayList<>();
    private final UnicastSockets unicast;
    private final Consumer<ByteBuffer> receiver;
    private final MessageBatch batch = new MessageBatch(SLOTS, SLOT_BYTES);
    private final ByteBuffer outgoing = ByteBuffer.allocateDirect(FRAME_BYTES);
    private final BurstPace pace = new BurstPace(0);
    private ExpectedCounters expected = new ExpectedCounters();
    private double share = 1;
    private boolean arpRequests;
    private @Nullable EventLoopDescriptor descriptor;

    private PacketAdvertSocket(PacketSocket socket, Consumer<ByteBuffer> receiver) {
        this.socket = socket;
        this.unicast = new UnicastSockets(PROTOCOL, socket.ifindex());
        this.receiver = receiver;
    }

    static Future<AdvertSocket> open(Context context, int ifindex, Listening listening, Consumer<ByteBuffer> receiver)
            throws ErrnoException {
        PacketAdvertSocket advert =
                new PacketAdvertSocket(PacketSocket.open(ifindex, AdvertFilters.all(false)), receiver);
        try {
            advert.socket.setReceiveBuffer(RECEIVE_BUFFER);
            for (AddressFamily family : listening.families()) {
                advert.join(family, listening.groups());
            }
        } catch (ErrnoException e) {
            advert.closeSockets();
            throw e;
        }
        return EventLoopDescriptor.register(context, advert.socket.descriptor(), advert.pace, advert::drain)
                .<AdvertSocket>map(registered -> {
                    advert.descriptor = registered;
                    return advert;
                })
                .onFailure(e -> advert.closeSockets());
    }

    private void join(AddressFamily family, Set<InetAddress> groups) throws ErrnoException {
        RawIpSocket membership = RawIpSocket.open(family == AddressFamily.IPV6, PROTOCOL, socket.ifindex());
        memberships.add(membership);
        membership.setFilter(BpfProgram.dropAll());
        for (InetAddress group : groups) {
            if (AddressFamily.of(group) == family) {
                socket.joinMulticast(MacAddress.ofMulticast(group));
                membership.join(group);
            }
        }
    }

    /** A bound for a flood: more frames than the receive buffer holds. */
    @Override
    public void read() {
        drain(RECEIVE_BUFFER / FRAME_BYTES);
    }

    private boolean drain() {
        return drain(BATCHES_PER_CALL);
    }

    /** Whether something was read, and nothing is left. */
    private boolean drain(int batches) {
        for (int i = 0; i < batches && socket.descriptor().isOpen(); i++) {
            int received = socket.receive(batch);
            if (received < 0 && received != -Errno.ENETDOWN) {
                LOG.warn("receive advertisements: {}", Errno.describe(-received));
            }
            if (received <= 0) {
                return i > 0;
            }
            for (int slot = 0; slot < received && socket.descriptor().isOpen(); slot++) {
                receiver.accept(batch.payload(slot));
            }
            if (received < SLOTS) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int send(byte[] frame) {
        if (!socket.descriptor().isOpen()) {
            return Errno.ENODEV;
        }
        return socket.send(outgoing.clear().put(frame).flip());
    }

    @Override
    public int send(@Nullable InetAddress source, InetAddress peer, byte[] payload) {
        return socket.descriptor().isOpen() ? unicast.send(source, peer, payload) : Errno.ENODEV;
    }

    @Override
    public int hearArpRequests(boolean wanted) {
        arpRequests = wanted;
        return setFilter();
    }

    @Override
    public int sieve(ExpectedCounters expectedCounters, double shareOfOthers) {
        expected = expectedCounters;
        share = shareOfOthers;
        pace.setPauseNanos(share < 1 ? FLOOD_PAUSE_NANOS : 0);
        return setFilter();
    }

    private int setFilter() {
        if (!socket.descriptor().isOpen()) {
            return Errno.ENODEV;
        }
        try {
            socket.setFilter(
                    share < 1 ? AdvertFilters.sieve(expected, share, arpRequests) : AdvertFilters.all(arpRequests));
            return 0;
        } catch (ErrnoException e) {
            return e.errno();
        }
    }

    @Override
    public Future<Void> close() {
        EventLoopDescriptor registered = descriptor;
        if (registered == null) {
            closeSockets();
            return Future.succeededFuture();
        }
        return registered.deregister().onComplete(done -> closeSockets());
    }

    private void closeSockets() {
        socket.close();
        unicast.close();
        memberships.forEach(RawIpSocket::close);
    }
}
