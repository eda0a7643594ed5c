// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.netio.TestNetwork;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Namespaces a and b, eth0 of each joined by a veth pair; the monitor is in a. */
class RouteMonitorTest {

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
    private final Context context = vertx.getOrCreateContext();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final AtomicInteger listings = new AtomicInteger();
    private TestNetwork net;
    private String a;
    private String b;

    private final RouteListener listener = new RouteListener() {
        @Override
        public void onLink(Link link) {
            told.add("link " + link.name() + (link.isOperational() ? " up" : " down"));
        }

        @Override
        public void onLinkGone(Link last) {
            told.add("gone " + last.name());
        }

        @Override
        public void onAddress(LinkAddress address) {
            told.add("address " + address.address().getHostAddress() + "/" + address.prefixLength());
        }

        @Override
        public void onAddressGone(LinkAddress last) {
            told.add("address gone " + last.address().getHostAddress() + "/" + last.prefixLength());
        }
    };

    @BeforeEach
    void topology() {
        net = TestNetwork.create();
        a = net.namespace("a");
        b = net.namespace("b");
        net.veth(a, "eth0", b, "eth0");
    }

    @AfterEach
    void remove() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        if (net != null) {
            net.close();
        }
    }

    private RouteMonitor open() throws Exception {
        RouteMonitor monitor = NetworkNamespace.within(
                        a, () -> RouteMonitor.open(context, listener, listings::incrementAndGet))
                .toCompletionStage()
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
        await().atMost(Duration.ofSeconds(5)).until(() -> listings.get() == 1);
        return monitor;
    }

    private void awaitTold(String change) {
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(told).contains(change));
    }

    private static void close(RouteMonitor monitor) throws Exception {
        monitor.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    @Test
    void whatExistsIsToldFirst() throws Exception {
        net.run(a, "ip addr add 10.9.0.1/24 dev eth0");
        RouteMonitor monitor = open();
        assertThat(told).contains("link lo up", "link eth0 up", "address 127.0.0.1/8", "address 10.9.0.1/24");
        close(monitor);
    }

    @Test
    void changesOfCarrierAddressesAndInterfacesAreTold() throws Exception {
        RouteMonitor monitor = open();
        told.clear();
        net.run(b, "ip link set eth0 down");
        awaitTold("link eth0 down");
        net.run(b, "ip link set eth0 up");
        awaitTold("link eth0 up");
        net.run(a, "ip addr add fd09::9/64 dev eth0 nodad");
        awaitTold("address fd09:0:0:0:0:0:0:9/64");
        net.run(a, "ip addr del fd09::9/64 dev eth0");
        awaitTold("address gone fd09:0:0:0:0:0:0:9/64");
        net.run(a, "ip link del eth0");
        awaitTold("gone eth0");
        close(monitor);
    }

    @Test
    void afterAnOverrunTheDifferenceIsTold() throws Exception {
        net.run(a, "ip addr add 10.9.0.1/24 dev eth0");
        RouteMonitor monitor = open();
        told.clear();
        CountDownLatch release = new CountDownLatch(1);
        context.runOnContext(nothing -> awaitLatch(release));
        StringBuilder batch = new StringBuilder();
        for (int i = 0; i < 4000; i++) {
            batch.append("link set lo mtu ").append(2000 + i).append('\n');
        }
        batch.append("addr del 10.9.0.1/24 dev eth0\nlink set eth0 down\n");
        java.nio.file.Path file = java.nio.file.Files.createTempFile("mc", ".batch");
        try {
            java.nio.file.Files.writeString(file, batch);
            net.run(a, "ip -batch " + file);
        } finally {
            java.nio.file.Files.delete(file);
            release.countDown();
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> listings.get() >= 2);
        assertThat(told).contains("address gone 10.9.0.1/24", "link eth0 down");
        assertThat(told.stream().filter("link lo up"::equals).count()).isLessThan(4000);
        close(monitor);
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
