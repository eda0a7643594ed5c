// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** A TCP connection with a peer. One that carries anything is not the peer's, and is closed. */
final class TcpPeerConnection extends ClosableConnection {
    private final NetSocket socket;

    TcpPeerConnection(NetSocket socket) {
        super(address(socket.remoteAddress().hostAddress()));
        this.socket = socket;
        socket.handler(bytes -> {
            over(End.DATA);
            socket.close();
        });
        socket.exceptionHandler(e -> {});
        socket.closeHandler(nothing -> over(End.CLOSED));
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
