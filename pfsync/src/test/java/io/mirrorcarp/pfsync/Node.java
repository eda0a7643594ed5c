// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import static org.awaitility.Awaitility.await;

import io.mirrorcarp.netio.NamespacedVertx;
import io.mirrorcarp.netio.TestNetwork;
import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.flows.KnownTables;
import io.mirrorcarp.pfsync.io.SyncTransport;
import io.mirrorcarp.pfsync.protocol.Verdict;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Replication of a table in memory on the sync0 of a namespace. */
final class Node implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(20);

    final MemoryTable table = new MemoryTable();
    final RecordingListener listener = new RecordingListener();
    private final PfsyncVerticle verticle;
    private final NamespacedVertx loop;

    /** @param peers as of {@code syncpeer} */
    Node(String namespace, int creatorId, byte[] secret, String... peers) throws Exception {
        this(namespace, creatorId, secret, List.of("sync0"), SyncTransport.IP, peers);
    }

    /** The same by several devices, or by UDP. */
    Node(
            String namespace,
            int creatorId,
            byte[] secret,
            List<String> syncdevs,
            SyncTransport transport,
            String... peers)
            throws Exception {
        List<InetAddress> addresses = new ArrayList<>();
        for (String peer : peers) {
            addresses.add(InetAddress.getByName(peer));
        }
        PfsyncOptions options = new PfsyncOptions(
                creatorId,
                namespace,
                syncdevs,
                addresses,
                transport,
                new Keyring(Map.of(1, secret), 1),
                128,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofSeconds(30),
                KnownTables.NONE);
        verticle = new PfsyncVerticle(options, table, listener);
        loop = NamespacedVertx.create(namespace);
        get(loop.vertx().deployVerticle(verticle));
    }

    /** Joins sync0 of two namespaces by a cable: 192.0.2.1 and fd02::1 on the first, 192.0.2.2 and fd02::2 on the second. */
    static void join(TestNetwork net, String first, String second) {
        net.veth(first, "sync0", second, "sync0");
        net.run(first, "ip addr add 192.0.2.1/24 dev sync0");
        net.run(second, "ip addr add 192.0.2.2/24 dev sync0");
        net.run(first, "ip addr add fd02::1/64 dev sync0 nodad");
        net.run(second, "ip addr add fd02::2/64 dev sync0 nodad");
    }

    static void awaitInSync(Node... nodes) {
        for (Node node : nodes) {
            await().atMost(LIMIT).until(() -> node.listener.verdict == Verdict.IN_SYNC && !node.listener.demoted);
        }
    }

    PfsyncSnapshot snapshot() throws Exception {
        return get(verticle.snapshot());
    }

    long count(PfsyncCounter counter) throws Exception {
        return snapshot().counters().get(counter);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        loop.close();
    }
}
