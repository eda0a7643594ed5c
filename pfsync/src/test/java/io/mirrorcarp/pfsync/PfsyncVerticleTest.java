// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.flows.KnownTables;
import io.mirrorcarp.pfsync.io.MemorySyncNetwork;
import io.mirrorcarp.pfsync.io.PeerConnection;
import io.mirrorcarp.pfsync.io.SyncChannel;
import io.mirrorcarp.pfsync.io.SyncDevice;
import io.mirrorcarp.pfsync.io.SyncNetwork;
import io.mirrorcarp.pfsync.io.SyncTargets;
import io.mirrorcarp.pfsync.io.SyncTransport;
import io.mirrorcarp.pfsync.protocol.Verdict;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PfsyncVerticleTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private final MemorySyncNetwork network = new MemorySyncNetwork();

    @AfterEach
    void close() throws Exception {
        get(vertx.close());
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private final class Node {
        final MemoryTable table = new MemoryTable();
        final RecordingListener listener = new RecordingListener();
        final PfsyncVerticle verticle;
        final String deployment;

        Node(String name, int creatorId) throws Exception {
            this(name, creatorId, network);
        }

        Node(String name, int creatorId, SyncNetwork network) throws Exception {
            Keyring keyring = new Keyring(Map.of(1, new byte[32]), 1);
            PfsyncOptions options = new PfsyncOptions(
                    creatorId,
                    name,
                    List.of("sync0"),
                    List.of(),
                    SyncTransport.IP,
                    keyring,
                    128,
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ofSeconds(30),
                    KnownTables.NONE);
            verticle = new PfsyncVerticle(options, table, listener, network);
            deployment = get(vertx.deployVerticle(verticle));
        }

        PfsyncSnapshot snapshot() throws Exception {
            return get(verticle.snapshot());
        }
    }

    private static void awaitInSync(Node... nodes) {
        for (Node node : nodes) {
            await().atMost(LIMIT)
                    .until(() -> node.listener.verdict == Verdict.IN_SYNC
                            && !node.listener.demoted
                            && node.listener.preemptAllowed);
        }
    }

    @Test
    void replicatesWhatPacketsDoAndNothingElse() throws Exception {
        Node a = new Node("fw-a", 1);
        a.table.open(1, 500);
        Node b = new Node("fw-b", 2);
        awaitInSync(a, b);
        assertThat(b.table.size()).isEqualTo(500);
        a.table.open(501, 600);
        a.table.end(7);
        await().atMost(LIMIT).until(() -> b.table.size() == 599 && !b.table.has(7));
        b.table.evict(8);
        get(b.verticle.drained(true));
        get(a.verticle.drained(false));
        assertThat(b.table.distrusted()).isEqualTo(1);
        assertThat(a.table.distrusted()).as("nothing is carried anew").isZero();
        assertThat(a.table.has(8)).isTrue();
        PfsyncSnapshot snapshot = b.snapshot();
        assertThat(snapshot.counters().get(PfsyncCounter.BULK_ENTRIES_IN)).isEqualTo(500);
        assertThat(snapshot.counters().get(PfsyncCounter.DELETES_OUT)).isZero();
        assertThat(snapshot.status().peers()).singleElement().satisfies(peer -> {
            assertThat(peer.node()).isEqualTo("fw-a");
            assertThat(peer.verdict()).isEqualTo(Verdict.IN_SYNC);
        });
        await().atMost(LIMIT).until(() -> b.snapshot().status().peers().get(0).entries() == 599);
    }

    @Test
    void aNodeThatStopsIsGoneAtOnceAndItsFlowsStay() throws Exception {
        Node a = new Node("fw-a", 1);
        Node b = new Node("fw-b", 2);
        awaitInSync(a, b);
        a.table.open(1, 50);
        get(vertx.undeploy(a.deployment));
        await().atMost(LIMIT).until(() -> b.listener.verdict == Verdict.ALONE);
        assertThat(a.table.isClosed()).isTrue();
        assertThat(b.table.size()).isEqualTo(50);
        assertThat(b.listener.demoted).isFalse();
        assertThat(b.listener.told).contains("peer fw-a stopped");
    }

    /** The memory network, whose device can be pulled out and whose channel fails to open as often as told. */
    private static final class FlakyNetwork implements SyncNetwork {
        final MemorySyncNetwork inner;
        final AtomicInteger failures = new AtomicInteger();
        Consumer<SyncDevice> watcher = device -> {};
        Context context;
        SyncDevice device;

        FlakyNetwork(MemorySyncNetwork inner) {
            this.inner = inner;
        }

        @Override
        public Future<Supplier<Future<Void>>> watch(Context context, String name, Consumer<SyncDevice> listener) {
            this.context = context;
            watcher = listener;
            return inner.watch(context, name, told -> {
                device = told;
                listener.accept(told);
            });
        }

        @Override
        public SyncChannel open(SyncDevice device, SyncTargets targets, CounterSet<PfsyncCounter> counters)
                throws IOException {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IOException("no address yet");
            }
            return inner.open(device, targets, counters);
        }

        @Override
        public Future<InetAddress> localAddress(Context context, String device, InetAddress peer) {
            return inner.localAddress(context, device, peer);
        }

        @Override
        public Future<Supplier<Future<Void>>> listen(
                Context context, InetAddress own, Consumer<PeerConnection> accepted) {
            return inner.listen(context, own, accepted);
        }

        @Override
        public Future<PeerConnection> connect(Context context, InetAddress peer) {
            return inner.connect(context, peer);
        }

        void replug() {
            context.runOnContext(nothing -> {
                watcher.accept(SyncDevice.absent(device.name()));
                watcher.accept(new SyncDevice(device.name(), device.ifindex() + 1, true, true, device.mtu()));
            });
        }
    }

    @Test
    void aChannelThatCannotBeOpenedOnTheNewDeviceIsTriedAgain() throws Exception {
        Node a = new Node("fw-a", 1);
        FlakyNetwork flaky = new FlakyNetwork(network);
        Node b = new Node("fw-b", 2, flaky);
        awaitInSync(a, b);
        flaky.failures.set(3);
        flaky.replug();
        await().atMost(LIMIT).until(() -> flaky.failures.get() == 0);
        a.table.open(1, 50);
        await().atMost(LIMIT).until(() -> b.table.size() == 50);
        awaitInSync(a, b);
        assertThat(b.listener.told)
                .filteredOn(line -> line.startsWith("open sync0: no address yet"))
                .hasSize(1);
    }

    @Test
    void hearsOfTheDeathOfAPeerByItsConnectionAndMakesAnotherOne() throws Exception {
        Node a = new Node("fw-a", 1);
        Node b = new Node("fw-b", 2);
        awaitInSync(a, b);
        // Again after long enough for a new connection not to be taken for a refused one.
        await().pollInterval(Duration.ofMillis(500)).atMost(LIMIT).until(() -> {
            network.breakConnections(PeerConnection.End.CLOSED);
            return Stream.of(a, b)
                    .allMatch(node -> node.listener.told.stream()
                            .anyMatch(line -> line.matches("died: peer fw-[ab] closed its connection")));
        });
        await().atMost(LIMIT).until(() -> network.connections() == 1);
    }

    @Test
    void aConnectionThatCarriesSomethingIsCountedAndMadeAnewAndTellsOfNoDeath() throws Exception {
        Node a = new Node("fw-a", 1);
        Node b = new Node("fw-b", 2);
        awaitInSync(a, b);
        await().pollInterval(Duration.ofMillis(500)).atMost(LIMIT).until(() -> {
            network.breakConnections(PeerConnection.End.DATA);
            return a.snapshot().counters().get(PfsyncCounter.BAD_CONNECTION) >= 2;
        });
        await().atMost(LIMIT).until(() -> network.connections() == 1);
        assertThat(b.snapshot().counters().get(PfsyncCounter.BAD_CONNECTION)).isPositive();
        for (Node node : List.of(a, b)) {
            assertThat(node.listener.told).noneMatch(line -> line.startsWith("died"));
        }
    }

    @Test
    void hearsOfAResignationAndOfNoDeathWhenAPeerStops() throws Exception {
        Node a = new Node("fw-a", 1);
        Node b = new Node("fw-b", 2);
        awaitInSync(a, b);
        a.verticle.resign(7, 0x1234);
        get(vertx.undeploy(a.deployment));
        await().atMost(LIMIT).until(() -> b.listener.told.contains("peer fw-a stopped"));
        assertThat(b.listener.told).contains("resigned 7 1234");
        assertThat(b.listener.told).noneMatch(line -> line.startsWith("died"));
    }

    @Test
    void asksForABulkUpdateWhenTold() throws Exception {
        Node a = new Node("fw-a", 1);
        Node b = new Node("fw-b", 2);
        awaitInSync(a, b);
        long before = b.snapshot().counters().get(PfsyncCounter.BULK_ENDS_IN);
        get(b.verticle.requestBulk());
        await().atMost(LIMIT).until(() -> b.snapshot().counters().get(PfsyncCounter.BULK_ENDS_IN) > before);
        awaitInSync(a, b);
    }
}
