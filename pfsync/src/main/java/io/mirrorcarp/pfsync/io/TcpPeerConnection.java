// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** A TCP connection with a peer. One that carries anything is not the peer's, and is closed. */
final class TcpPeerConnection implements PeerConnection {
    private final NetSocket socket;
    private final InetAddress peer;
    private @Nullable Runnable whenClosed;
    private boolean isClosed;

    TcpPeerConnection(NetSocket socket) {
        this.socket = socket;
        peer = address(socket.remoteAddress().hostAddress());
        socket.handler(bytes -> socket.close());
        socket.exceptionHandler(e -> {});
        socket.closeHandler(nothing -> closed());
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private void closed() {
        isClosed = true;
        Runnable told = whenClosed;
        if (told != null) {
            told.run();
        }
    }

    @Override
    public InetAddress peer() {
        return peer;
    }

    @Override
    public void onClosed(Runnable closed) {
        whenClosed = closed;
        if (isClosed) {
            closed.run();
        }
    }

    @Override
    public void close() {
        whenClosed = null;
        socket.close();
    }
}
