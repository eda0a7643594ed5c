// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.ctl.SelfSigned;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AcceptLimitTest {
    private static final int MAXIMUM = 5;

    private final Vertx vertx = Vertx.builder()
            .withTransport(new AcceptLimit(Transport.nativeTransport(), MAXIMUM, MAXIMUM))
            .build();
    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        vertx.close().await();
    }

    /** They say nothing, so no handshake begins, and no handler of the server's hears of them. */
    @Test
    void thoseThatNeverBeginTheirHandshakeAreBounded() throws IOException, GeneralSecurityException {
        SelfSigned made = SelfSigned.make(List.of("127.0.0.1"), Instant.now(), Duration.ofDays(1));
        NetServer server = vertx.createNetServer(new NetServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .addCertValue(Buffer.buffer(made.certificate()))
                                .addKeyValue(Buffer.buffer(made.key()))))
                .connectHandler(connected -> {})
                .listen(0, "127.0.0.1")
                .await();
        for (int i = 0; i < MAXIMUM; i++) {
            assertThat(isTaken(server.actualPort())).isTrue();
        }
        assertThat(isTaken(server.actualPort())).isFalse();
        sockets.get(0).close();
        Awaitility.await("there is room again").until(() -> isTaken(server.actualPort()));
    }

    /** One that is taken waits for the client to speak. */
    private boolean isTaken(int port) throws IOException {
        Socket socket = new Socket(AddressText.parse("127.0.0.1").orElseThrow(), port);
        sockets.add(socket);
        socket.setSoTimeout(500);
        try {
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException waiting) {
            return true;
        } catch (IOException reset) {
            return false;
        }
    }
}
