// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import io.mirrorcarp.netio.Errno;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.channel.unix.Errors;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.TCPSSLOptions;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;

/**
 * A TCP connection with a peer. One that carries anything is not the peer's, and is closed. The kernels ask one another whether it still stands (RFC 9293, 3.8.4): where nothing is answered
 * for 9 s, it has ended.
 */
final class TcpPeerConnection extends ClosableConnection {
    private static final int IDLE_SECONDS = 3;
    private static final int PROBE_SECONDS = 2;
    private static final int PROBES = 3;

    private static final long LOOK_MILLIS = 1_000;
    /** No connection that stands is without an answer for so long: it is asked after 3 s. */
    private static final int DOUBT_MILLIS = 4_000;

    /** What the kernel ends a connection with that is not answered; the last two where a router or packet filter said so. */
    private static final Set<Integer> UNANSWERED = Set.of(Errno.ETIMEDOUT, Errno.EHOSTUNREACH, Errno.ENETUNREACH);

    private final NetSocket socket;
    private final EpollTcpInfo info = new EpollTcpInfo();
    private boolean doubted;

    TcpPeerConnection(Vertx vertx, NetSocket socket) {
        super(address(socket.remoteAddress().hostAddress()));
        this.socket = socket;
        long look = vertx.setPeriodic(LOOK_MILLIS, id -> look());
        socket.handler(bytes -> {
            over(End.DATA);
            socket.close();
        });
        socket.exceptionHandler(e -> {
            if (isUnanswered(e)) {
                over(End.UNANSWERED);
            }
        });
        socket.closeHandler(nothing -> {
            vertx.cancelTimer(look);
            over(doubted ? End.UNANSWERED : End.CLOSED);
        });
    }

    /** Sets what both sides of such a connection need. */
    static <T extends TCPSSLOptions> T ask(T options) {
        options.setTcpKeepAlive(true)
                .setTcpKeepAliveIdleSeconds(IDLE_SECONDS)
                .setTcpKeepAliveIntervalSeconds(PROBE_SECONDS)
                .setTcpKeepAliveCount(PROBES);
        return options;
    }

    /** A packet filter may drop one direction only. Then the other side, which gives up first, says so by a reset, which is no death: it is known before by the lack of answers here. */
    private void look() {
        if (socket instanceof NetSocketInternal inner
                && inner.channelHandlerContext().channel() instanceof EpollSocketChannel channel) {
            try {
                channel.tcpInfo(info);
                doubted = info.lastAckRecv() > DOUBT_MILLIS;
            } catch (UncheckedIOException | io.netty.channel.ChannelException closedMeanwhile) {
                // Its end is told.
            }
        }
    }

    private static boolean isUnanswered(Throwable e) {
        return e instanceof Errors.NativeIoException io && UNANSWERED.contains(-io.expectedErr());
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    void end() {
        socket.close();
    }
}
