// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;

/** A connection through the first firewall, over which something was said. */
final class TcpPair implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int BULK_BYTES = 300_000;

    final Socket connected;
    final Socket accepted;

    TcpPair(Socket connected, Socket accepted) {
        this.connected = connected;
        this.accepted = accepted;
    }

    static TcpPair toServer(FirewallPair firewalls, String address, int port) throws Exception {
        try (ServerSocket listener = Namespaces.in(firewalls.server, () -> new ServerSocket(port))) {
            return connect(firewalls.client, address, port, listener);
        }
    }

    static TcpPair toClient(FirewallPair firewalls, String address, int port, int translated) throws Exception {
        try (ServerSocket listener = Namespaces.in(firewalls.client, () -> new ServerSocket(translated))) {
            return connect(firewalls.server, address, port, listener);
        }
    }

    private static TcpPair connect(String namespace, String address, int port, ServerSocket listener) throws Exception {
        Socket connected = Namespaces.in(namespace, SocketChannel::open).socket();
        connected.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
        listener.setSoTimeout(TIMEOUT_MILLIS);
        TcpPair pair = new TcpPair(connected, listener.accept());
        pair.oneWay(pair.connected, pair.accepted, TIMEOUT_MILLIS);
        pair.oneWay(pair.accepted, pair.connected, TIMEOUT_MILLIS);
        return pair;
    }

    /** Both ways, the accepting side first, which would be reset or dropped where the table lacks the flow. */
    void exchange() throws IOException {
        oneWay(accepted, connected, TIMEOUT_MILLIS);
        oneWay(connected, accepted, TIMEOUT_MILLIS);
        accepted.setSendBufferSize(2 * BULK_BYTES);
        accepted.getOutputStream().write(new byte[BULK_BYTES]);
        assertThat(connected.getInputStream().readNBytes(BULK_BYTES)).hasSize(BULK_BYTES);
        oneWay(connected, accepted, TIMEOUT_MILLIS);
    }

    void oneWay(Socket from, Socket to, int timeoutMillis) throws IOException {
        byte[] sent = {1, 2, 3, 4};
        from.getOutputStream().write(sent);
        to.setSoTimeout(timeoutMillis);
        assertThat(to.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
    }

    @Override
    public void close() throws IOException {
        connected.close();
        accepted.close();
    }
}
