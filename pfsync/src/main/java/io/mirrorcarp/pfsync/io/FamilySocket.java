// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.netio.BatchSocket;
import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.EventLoopDescriptor;
import io.mirrorcarp.netio.IpEndpoint;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.RawIpSocket;
import io.mirrorcarp.netio.UdpSocket;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** The channel in one address family: a raw socket of protocol 240, or one of UDP, on the sync device. */
final class FamilySocket {
    private static final int PROTOCOL = 240;
    /** RFC 5082: nobody beyond the link can send it, and pfsync(4) requires it. A peer that is configured may be farther away: the seal tells who it is. */
    private static final int HOPS = 255;

    private static final int LOW_DELAY = 0x10;
    private static final int SLOTS = 64;
    private static final int MAX_IPV4_HEADER_BYTES = 60;
    private static final int SOCKET_BUFFER_BYTES = 16 << 20;

    private final boolean ipv6;
    private final int ifindex;
    private final SyncTransport transport;
    private final BatchSocket socket;
    private final CounterSet<PfsyncCounter> counters;
    private final IpEndpoint[] destinations;
    private final byte[][] hosts;
    private final MessageBatch incoming;
    private final MessageBatch outgoing;
    private final byte[] frame;
    private final Int2ObjectHashMap<byte[]> sources = new Int2ObjectHashMap<>();
    /** Where the last frame of no session came from; empty before the first. */
    private byte[] stranger = {};

    private int sendErrno;
    private @Nullable EventLoopDescriptor registration;

    private FamilySocket(
            boolean ipv6,
            SyncTransport transport,
            BatchSocket socket,
            List<InetAddress> addresses,
            SyncDevice device,
            CounterSet<PfsyncCounter> counters) {
        int mtu = device.mtu();
        ifindex = device.ifindex();
        this.ipv6 = ipv6;
        this.transport = transport;
        this.socket = socket;
        this.counters = counters;
        int port = transport == SyncTransport.UDP ? LinuxSyncNetwork.PORT : 0;
        destinations = addresses.stream()
                .map(address -> new IpEndpoint(address, ifindex, port))
                .toArray(IpEndpoint[]::new);
        hosts = addresses.stream()
                .filter(address -> !address.isMulticastAddress())
                .map(InetAddress::getAddress)
                .toArray(byte[][]::new);
        incoming = new MessageBatch(SLOTS, mtu + MAX_IPV4_HEADER_BYTES);
        outgoing = new MessageBatch(SLOTS, mtu);
        frame = new byte[mtu + MAX_IPV4_HEADER_BYTES];
    }

    /**
     * Opens it.
     *
     * @param addresses of one family; each a peer, or a multicast group, which is joined
     */
    static FamilySocket open(
            SyncDevice device,
            boolean ipv6,
            SyncTransport transport,
            List<InetAddress> addresses,
            CounterSet<PfsyncCounter> counters)
            throws ErrnoException {
        BatchSocket socket = transport == SyncTransport.UDP
                ? UdpSocket.open(ipv6, LinuxSyncNetwork.PORT, device.ifindex())
                : RawIpSocket.open(ipv6, PROTOCOL, device.ifindex());
        try {
            socket.setReceiveBuffer(SOCKET_BUFFER_BYTES);
            socket.setSendBuffer(SOCKET_BUFFER_BYTES);
            if (!ipv6) {
                socket.setTypeOfService(LOW_DELAY);
            }
            for (InetAddress address : addresses) {
                if (address.isMulticastAddress()) {
                    socket.join(address);
                }
            }
            return new FamilySocket(ipv6, transport, socket, addresses, device, counters);
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
    }

    Future<Void> register(Context context, Runnable drain) {
        return EventLoopDescriptor.register(context, socket.descriptor(), drain).map(made -> {
            registration = made;
            return null;
        });
    }

    /** Hands one batch on; whether more may be waiting. */
    boolean receive(ChannelReceiver receiver) {
        int received = socket.receive(incoming);
        for (int slot = 0; slot < received; slot++) {
            counters.increment(ipv6 ? PfsyncCounter.PACKETS_RECEIVED6 : PfsyncCounter.PACKETS_RECEIVED);
            hand(slot, receiver);
        }
        return received == SLOTS;
    }

    private void hand(int slot, ChannelReceiver receiver) {
        ByteBuffer packet = incoming.payload(slot);
        boolean bare = ipv6 || transport == SyncTransport.UDP;
        int header = bare ? 0 : (packet.get(0) & 0xf) * 4;
        int length = packet.limit() - header;
        if (transport == SyncTransport.IP && hops(slot, packet) != HOPS && !isHost(slot)) {
            counters.increment(PfsyncCounter.BAD_TTL);
            return;
        }
        if (incoming.truncated(slot) || length < 0) {
            counters.increment(PfsyncCounter.BAD_LENGTH);
            return;
        }
        packet.get(header, frame, 0, length);
        int creatorId = receiver.onFrame(frame, length);
        if (creatorId != 0) {
            noteSource(slot, creatorId);
        } else if (!incoming.sourceIs(slot, stranger)) {
            stranger = incoming.sourceAddress(slot);
        }
    }

    private int hops(int slot, ByteBuffer packet) {
        return ipv6 ? incoming.hopLimit(slot) : packet.get(8) & 0xff;
    }

    /** Whether it came from a host that is a target. */
    private boolean isHost(int slot) {
        for (byte[] host : hosts) {
            if (incoming.sourceIs(slot, host)) {
                return true;
            }
        }
        return false;
    }

    private void noteSource(int slot, int creatorId) {
        byte[] known = sources.get(creatorId);
        if (known == null || !incoming.sourceIs(slot, known)) {
            sources.put(creatorId, incoming.sourceAddress(slot));
        }
    }

    /** Where the last frame of that peer came from. */
    @Nullable
    InetAddress source(int creatorId) {
        byte[] source = sources.get(creatorId);
        return source == null ? null : address(source);
    }

    /** Where the last frame came from that belonged to no session. */
    @Nullable
    InetAddress stranger() {
        return stranger.length == 0 ? null : address(stranger);
    }

    /** The errno of the last flush, 0 when everything was taken. */
    int sendErrno() {
        return sendErrno;
    }

    private InetAddress address(byte[] source) {
        try {
            InetAddress address = InetAddress.getByAddress(source);
            // A link-local address means nothing without its device.
            return ipv6 && address.isLinkLocalAddress() ? Inet6Address.getByAddress(null, source, ifindex) : address;
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Queues a copy of the frame for every destination. */
    void send(byte[] bytes, int length) {
        for (IpEndpoint destination : destinations) {
            if (outgoing.isFull()) {
                flush();
            }
            ByteBuffer slot = outgoing.append(destination);
            if (slot == null || length > slot.remaining()) {
                counters.increment(PfsyncCounter.SEND_ERRORS);
                continue;
            }
            slot.put(bytes, 0, length);
            outgoing.commit();
            counters.increment(ipv6 ? PfsyncCounter.PACKETS_SENT6 : PfsyncCounter.PACKETS_SENT);
        }
    }

    /**
     * Sends what is queued. What the kernel refuses is counted and lost: the peer asks for it again. What it has no room for now waits for the
     * next flush.
     */
    void flush() {
        if (outgoing.count() > 0) {
            int errno = socket.send(outgoing);
            sendErrno = errno == Errno.EAGAIN ? 0 : errno;
            if (errno != 0 && errno != Errno.EAGAIN) {
                counters.add(PfsyncCounter.SEND_ERRORS, Math.max(1, outgoing.failed()));
            }
        }
    }

    Future<Void> close() {
        EventLoopDescriptor made = registration;
        registration = null;
        Future<Void> deregistered = made == null ? Future.succeededFuture() : made.deregister();
        return deregistered.onComplete(done -> socket.close());
    }
}
