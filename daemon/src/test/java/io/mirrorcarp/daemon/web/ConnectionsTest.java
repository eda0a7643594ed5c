// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.counter.CounterSet;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
    private final Vertx vertx = Vertx.vertx();
    private final CounterSet<WebCounter> counts = new CounterSet<>(WebCounter.class);
    private final Connections connections = new Connections(vertx, counts);

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    /** One end of a connection from somewhere, which notes whether it is closed. */
    private static final class End {
        private final HttpConnection connection;
        private Handler<Void> onClose = nothing -> {};
        private boolean closed;

        @SuppressWarnings("unchecked")
        End(String address) {
            connection = (HttpConnection) Proxy.newProxyInstance(
                    HttpConnection.class.getClassLoader(),
                    new Class<?>[] {HttpConnection.class},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "remoteAddress" -> SocketAddress.inetSocketAddress(40_000, address);
                        case "closeHandler" -> {
                            onClose = (Handler<Void>) arguments[0];
                            yield proxy;
                        }
                        case "close" -> {
                            close();
                            yield Future.succeededFuture();
                        }
                        case "hashCode" -> System.identityHashCode(proxy);
                        case "equals" -> proxy == arguments[0];
                        default -> throw new UnsupportedOperationException(method.getName());
                    });
        }

        void close() {
            closed = true;
            onClose.handle(null);
        }
    }

    private List<End> open(int count, String address) {
        List<End> ends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            End end = new End(address);
            ends.add(end);
            connections.opened(end.connection);
        }
        return ends;
    }

    @Test
    void oneHostLeavesRoomForTheAdministrator() {
        List<End> many = open(Connections.MAXIMUM_OF_HOST, "192.0.2.7");
        assertThat(many).noneMatch(end -> end.closed);
        assertThat(open(1, "192.0.2.7").get(0).closed).isTrue();
        assertThat(counts.value(WebCounter.TOO_MANY)).isEqualTo(1);
        assertThat(open(1, "192.0.2.8").get(0).closed).isFalse();
        many.get(0).close();
        assertThat(open(1, "192.0.2.7").get(0).closed).isFalse();
    }

    /** An IPv6 host has a whole /64 to come from. */
    @Test
    void theAddressesOfOneNetworkAreOneHost() {
        assertThat(open(Connections.MAXIMUM_OF_HOST, "2001:db8::7")).noneMatch(end -> end.closed);
        assertThat(open(1, "2001:db8::8").get(0).closed).isTrue();
        assertThat(open(1, "2001:db8:0:1::8").get(0).closed).isFalse();
    }

    @Test
    void allOfThemAreBounded() {
        assertThat(open(Connections.MAXIMUM, "127.0.0.1"))
                .as("behind a proxy here")
                .noneMatch(end -> end.closed);
        assertThat(open(1, "127.0.0.1").get(0).closed).isTrue();
        assertThat(open(1, "192.0.2.8").get(0).closed).isTrue();
    }
}
