// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track.kind;

import io.mirrorcarp.daemon.config.CheckHost;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** A host must accept a TCP connection, which is closed at once. */
final class TcpCheck implements Check {
    private final CheckHost endpoint;

    TcpCheck(CheckHost endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public String failure(Duration timeout) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(ScopedAddress.of(endpoint), endpoint.port()), Math.max(1, (int)
                    timeout.toMillis()));
            return "";
        } catch (SocketTimeoutException e) {
            return "no connection to port " + endpoint.port() + " in " + timeout.toMillis() + " ms";
        } catch (IOException e) {
            return "no connection to port " + endpoint.port() + ": " + e.getMessage();
        }
    }
}
