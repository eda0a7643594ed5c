// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.carp.auth.AuthSettings;
import io.mirrorcarp.carp.auth.CarpKey;
import io.mirrorcarp.carp.election.CarpSettings;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.DemotionChange;
import io.mirrorcarp.carp.io.CarpNetwork;
import io.mirrorcarp.carp.io.VirtualAddress;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A node of a test: its verticle, and what it told. Its intervals are short: advbase 0. */
final class TestNode implements CarpListener {
    static final String PASSPHRASE = "mekmitasdigoat";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    final List<String> events = new CopyOnWriteArrayList<>();
    final List<Resignation> resignations = new CopyOnWriteArrayList<>();
    final List<StateChange> changes = new CopyOnWriteArrayList<>();
    final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final Vertx vertx;
    private final CarpNetwork network;
    private Supplier<Future<Void>> statesReady = Future::succeededFuture;
    private SequenceMemory sequences = SequenceMemory.NONE;
    private CarpVerticle verticle;
    private String deployment;

    TestNode(Vertx vertx, CarpNetwork network) {
        this.vertx = vertx;
        this.network = network;
    }

    /** A virtual host with the interval {@code advskew}/256 s and preempt. */
    static VirtualHost host(String name, int vhid, String carpdev, int advskew, String... addresses) {
        return host(name, carpdev, CarpSettings.of(vhid, 0, advskew).withPreempt(true), addresses);
    }

    static VirtualHost host(String name, String carpdev, CarpSettings settings, String... addresses) {
        List<VirtualAddress> list = new ArrayList<>();
        for (String text : addresses) {
            List<String> parts = List.of(text.split("/", -1));
            list.add(new VirtualAddress(address(parts.get(0)), Integer.parseInt(parts.get(1))));
        }
        AuthSettings auth = AuthSettings.of(settings.vhid(), CarpKey.ofPassphrase(PASSPHRASE));
        return new VirtualHost(name, carpdev, settings, auth, "", list);
    }

    static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    TestNode statesReady(Supplier<Future<Void>> supplier) {
        statesReady = supplier;
        return this;
    }

    /** What a life keeps for the next one. */
    TestNode sequences(SequenceMemory memory) {
        sequences = memory;
        return this;
    }

    TestNode start(CarpOptions options, VirtualHost... hosts) throws Exception {
        verticle = new CarpVerticle(List.of(hosts), options, network, this, sequences, carrying -> statesReady.get());
        deployment = get(vertx.deployVerticle(verticle));
        return this;
    }

    TestNode start(VirtualHost... hosts) throws Exception {
        return start(CarpOptions.DEFAULT, hosts);
    }

    void stop() throws Exception {
        String id = deployment;
        deployment = null;
        get(vertx.undeploy(id));
    }

    void close() throws Exception {
        if (deployment != null) {
            stop();
        }
    }

    CarpVerticle verticle() {
        return verticle;
    }

    CarpSnapshot snapshot() {
        try {
            return get(verticle.snapshot());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    CarpState state(String name) {
        return snapshot().virtualHost(name).orElseThrow().state();
    }

    long counter(CarpCounter counter) {
        return snapshot().counters().getOrDefault(counter, -1L);
    }

    TestNode awaitState(String name, CarpState state) {
        await().pollInterval(Duration.ofMillis(2))
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(state(name)).isEqualTo(state));
        return this;
    }

    void awaitEvent(String text) {
        await().pollInterval(Duration.ofMillis(2))
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(events).contains(text));
    }

    static <T> T get(Future<T> future) throws ExecutionException, InterruptedException, TimeoutException {
        return future.toCompletionStage().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void onStateChange(StateChange change) {
        changes.add(change);
        events.add(change.text());
    }

    @Override
    public void onResign(Resignation resignation) {
        resignations.add(resignation);
    }

    @Override
    public void onDemotion(DemotionChange change) {
        events.add(change.text());
    }

    @Override
    public void onEvent(String message) {
        events.add(message);
    }

    @Override
    public void onFailure(Throwable failure) {
        failures.add(failure);
    }
}
