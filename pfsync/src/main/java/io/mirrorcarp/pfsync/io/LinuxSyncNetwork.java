// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.RealTimeWatch;
import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.Rtnetlink;
import io.mirrorcarp.pfsync.session.PeerConnections;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The kernel's. */
public final class LinuxSyncNetwork implements SyncNetwork {
    /** The TCP port of the connections between peers, and the port of frames by UDP: pfsync's protocol number behind a 7. */
    public static final int PORT = 7240;

    private static final int BACKLOG = 8;
    private static final int CONNECT_LIMIT_MILLIS = 1_000;

    /** Makes every connection, however often one is made anew. Vert.x closes it with the verticle whose context it is used on. */
    private @Nullable NetClient client;

    @Override
    public Runnable hasten() {
        return RealTimeWatch.ofThisThread()::close;
    }

    @Override
    public Future<Supplier<Future<Void>>> watch(Context context, String device, Consumer<SyncDevice> listener) {
        return SyncDeviceMonitor.open(context, device, listener).map(monitor -> monitor::close);
    }

    @Override
    public SyncChannel open(SyncDevice device, SyncTargets targets, CounterSet<PfsyncCounter> counters)
            throws IOException {
        List<InetAddress> peers = targets.shared()
                ? targets.peers().stream()
                        .filter(peer -> isReachedBy(device, peer))
                        .toList()
                : targets.peers();
        if (peers.size() < targets.peers().size() && peers.isEmpty()) {
            throw new IOException("no syncpeer is reached by it");
        }
        return PfsyncChannel.open(device, targets.transport(), peers, counters);
    }

    /** Whether the route to a host leads by the device. A group, and what is on one link only, is on each. */
    private boolean isReachedBy(SyncDevice device, InetAddress peer) {
        return peer.isMulticastAddress()
                || peer.isLinkLocalAddress()
                || source(peer).filter(own -> isOwn(device, own)).isPresent();
    }

    /** This node's address towards a host; a datagram socket that is connected has the source that the kernel would choose, and nothing is sent. */
    private static Optional<InetAddress> source(InetAddress peer) {
        try (DatagramSocket probe = new DatagramSocket()) {
            probe.connect(peer, PORT);
            return Optional.of(probe.getLocalAddress());
        } catch (SocketException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    @Override
    public LinkProbe probe(SyncDevice device, List<InetAddress> syncpeers) throws ErrnoException {
        return LinuxLinkProbe.open(device.ifindex(), syncpeers);
    }

    @Override
    public boolean isOwn(SyncDevice device, InetAddress address) {
        try {
            return hasAddress(device.name(), address);
        } catch (ErrnoException e) {
            return false;
        }
    }

    @Override
    public Future<InetAddress> localAddress(Context context, String device, InetAddress peer) {
        try {
            Optional<InetAddress> own = source(peer);
            return own.isPresent() && hasAddress(device, own.get())
                    ? Future.succeededFuture(own.get())
                    : Future.failedFuture(peer.getHostAddress() + " is not reached by " + device);
        } catch (ErrnoException e) {
            return Future.failedFuture(e);
        }
    }

    /** Other devices may have it, too: a link-local one is made of the MAC, which VLANs share. */
    private static boolean hasAddress(String device, InetAddress address) throws ErrnoException {
        try (Rtnetlink rtnetlink = Rtnetlink.open()) {
            Optional<Link> link = rtnetlink.link(device);
            return link.isPresent()
                    && rtnetlink.addresses().stream()
                            .anyMatch(known -> known.ifindex() == link.get().index()
                                    && known.address().equals(address));
        }
    }

    @Override
    public Future<Supplier<Future<Void>>> listen(Context context, InetAddress own, Consumer<PeerConnection> accepted) {
        NetServer server = context.owner()
                .createNetServer(TcpPeerConnection.ask(new NetServerOptions()).setAcceptBacklog(BACKLOG))
                .connectHandler(socket -> accepted.accept(new TcpPeerConnection(context.owner(), socket)));
        return server.listen(SocketAddress.inetSocketAddress(new InetSocketAddress(own, PORT)))
                .map(listening -> server::close);
    }

    @Override
    public Future<PeerConnection> connect(Context context, InetAddress peer) {
        if (client == null) {
            client = context.owner()
                    .createNetClient(
                            TcpPeerConnection.ask(new NetClientOptions()).setConnectTimeout(CONNECT_LIMIT_MILLIS));
        }
        return client.connect(SocketAddress.inetSocketAddress(new InetSocketAddress(peer, PORT)))
                .<PeerConnection>map(socket -> new TcpPeerConnection(context.owner(), socket))
                .recover(e -> Future.failedFuture(
                        e instanceof ConnectTimeoutException ? new IOException(PeerConnections.UNANSWERED) : e));
    }
}
