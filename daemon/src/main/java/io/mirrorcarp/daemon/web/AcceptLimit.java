// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.VertxBuilder;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.transport.Transport;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the connections to each port of this process before anything is read of them. {@link Connections} sees those with TLS after their handshake only, which
 * whoever wants to do harm never begins.
 */
public final class AcceptLimit implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger("carpd");

    private final Transport base;
    private final int maximum;
    private final int maximumOfHost;

    /** Has the limits of {@link Connections} hold for every port that is opened. Without epoll, which carpd does not run without, nothing is done. */
    public static VertxBuilder before(VertxBuilder builder) {
        Transport epoll = Transport.nativeTransport();
        return epoll != null && epoll.available()
                ? builder.withTransport(new AcceptLimit(epoll, Connections.MAXIMUM, Connections.MAXIMUM_OF_HOST))
                : builder;
    }

    AcceptLimit(Transport base, int maximum, int maximumOfHost) {
        this.base = base;
        this.maximum = maximum;
        this.maximumOfHost = maximumOfHost;
    }

    @Override
    public String name() {
        return base.name();
    }

    @Override
    public boolean available() {
        return base.available();
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return base.unavailabilityCause();
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
        return new Limited(base.implementation());
    }

    /** Passes all on, but for the one line that puts a door before a server. */
    private final class Limited implements io.vertx.core.spi.transport.Transport {
        private final io.vertx.core.spi.transport.Transport inner;

        Limited(io.vertx.core.spi.transport.Transport inner) {
            this.inner = inner;
        }

        @Override
        public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
            inner.configure(config, domainSocket, bootstrap);
            if (!domainSocket) {
                bootstrap.handler(new Door());
            }
        }

        @Override
        public boolean supportsDomainSockets() {
            return inner.supportsDomainSockets();
        }

        @Override
        public boolean supportFileRegion() {
            return inner.supportFileRegion();
        }

        @Override
        public boolean isAvailable() {
            return inner.isAvailable();
        }

        @Override
        public Throwable unavailabilityCause() {
            return inner.unavailabilityCause();
        }

        @Override
        public java.net.SocketAddress convert(SocketAddress address) {
            return inner.convert(address);
        }

        @Override
        public SocketAddress convert(java.net.SocketAddress address) {
            return inner.convert(address);
        }

        @Override
        public IoHandlerFactory ioHandlerFactory() {
            return inner.ioHandlerFactory();
        }

        @Override
        public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
            return inner.eventLoopGroup(type, threads, factory, ioRatio);
        }

        @Override
        @SuppressWarnings("deprecation") // Vert.x has it so.
        public DatagramChannel datagramChannel(InternetProtocolFamily family) {
            return inner.datagramChannel(family);
        }

        @Override
        public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
            return inner.datagramChannelFactory();
        }

        @Override
        public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
            return inner.channelFactory(domainSocket);
        }

        @Override
        public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
            return inner.serverChannelFactory(domainSocket);
        }

        @Override
        public void configure(DatagramChannel channel, DatagramSocketOptions options) {
            inner.configure(channel, options);
        }

        @Override
        public void configure(TcpConfig config, boolean domainSocket, Bootstrap bootstrap) {
            inner.configure(config, domainSocket, bootstrap);
        }
    }

    /** Of one port, on the thread that accepts for it. */
    private final class Door extends ChannelInboundHandlerAdapter {
        private final Map<String, Integer> byHost = new HashMap<>();
        private int open;
        private boolean told;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            Channel accepted = (Channel) message;
            String host = host(accepted);
            if (open >= maximum || byHost.getOrDefault(host, 0) >= maximumOfHost) {
                accepted.unsafe().closeForcibly();
                tell(context.channel(), host);
                return;
            }
            open++;
            if (!host.isEmpty()) {
                byHost.merge(host, 1, Integer::sum);
            }
            EventLoop own = context.channel().eventLoop();
            accepted.closeFuture().addListener(closed -> {
                if (!own.isShuttingDown()) {
                    own.execute(() -> left(host));
                }
            });
            context.fireChannelRead(message);
        }

        private void left(String host) {
            open--;
            byHost.computeIfPresent(host, (same, count) -> count == 1 ? null : count - 1);
            if (open < maximum / 2) {
                told = false;
            }
        }

        private void tell(Channel server, String host) {
            if (!told) {
                told = true;
                LOG.warn(
                        "{}: {} connections are open, {} of them from {}: further ones are closed",
                        String.valueOf(server.localAddress()).replaceFirst("^/", "port "),
                        open,
                        host.isEmpty()
                                ? open
                                        - byHost.values().stream()
                                                .mapToInt(count -> count)
                                                .sum()
                                : byHost.getOrDefault(host, 0),
                        host.isEmpty() ? "this host" : host);
            }
        }

        private static String host(Channel accepted) {
            String address = accepted.remoteAddress() instanceof InetSocketAddress from
                    ? from.getAddress().getHostAddress()
                    : "";
            return AddressKey.isOfThisHost(address) ? "" : AddressKey.of(address);
        }
    }
}
