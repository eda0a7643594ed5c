// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.net.LabHost;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Connections that are refused end on every node. The kernel ends the entry of such a connection at once, without waiting for a timer. The topology is drawn at {@link Pair}. */
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes a minute: bin/test --load")
class RefusedIT {
    private static final int PORT = 9_555;
    private static final int PER_SECOND = 200;
    private static final int SECONDS = 30;
    private static final long DELAY_NANOS = 10_000_000;
    private static final int CONNECT_MILLIS = 5_000;
    private static final Duration END_LIMIT = Duration.ofSeconds(2);

    @Test
    void nothingIsLeftOfThemOnEitherNodeAMomentLater() throws Exception {
        try (Pair pair = Pair.inSync();
                RefusingPort refusing = new RefusingPort(pair.topology.server(), PORT, DELAY_NANOS)) {
            long insertsBefore = pair.b.stats().path("pfsync").path("insertsIn").asLong();
            int refused = connect(pair.topology.client(), refusing.address());
            assertThat(refused).as("refused").isGreaterThan(PER_SECOND * SECONDS * 9 / 10);
            long copies = pair.b.stats().path("pfsync").path("insertsIn").asLong() - insertsBefore;
            assertThat(copies)
                    .as("copies that the backup had: without them this shows nothing")
                    .isGreaterThan(refused / 2);
            long start = System.nanoTime();
            for (LabHost host : new LabHost[] {pair.a.host(), pair.b.host()}) {
                Awaitility.await("the end of all on " + host.name())
                        .atMost(END_LIMIT)
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> left(host) == 0);
            }
            System.out.printf(
                    "%d refused, %d of them had a copy, none left on either node after %d ms%n",
                    refused, copies, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        }
    }

    private static long left(LabHost host) {
        return KernelTable.of(host).flows().stream()
                .filter(flow -> flow.contains("dport=" + PORT + " "))
                .count();
    }

    /** Returns how many were refused. */
    private static int connect(LabHost client, InetSocketAddress address) throws InterruptedException {
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        ExecutorService threads = Executors.newCachedThreadPool();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        Future<?> opening = clock.scheduleAtFixedRate(
                () -> {
                    begun.incrementAndGet();
                    SocketChannel channel = client.call(SocketChannel::open);
                    threads.execute(() -> connect(channel, address, refused));
                },
                0,
                TimeUnit.SECONDS.toMicros(1) / PER_SECOND,
                TimeUnit.MICROSECONDS);
        Awaitility.await("connections")
                .atMost(Duration.ofSeconds(2 * SECONDS))
                .until(() -> begun.get() >= PER_SECOND * SECONDS);
        opening.cancel(false);
        clock.shutdown();
        threads.shutdown();
        assertThat(threads.awaitTermination(CONNECT_MILLIS, TimeUnit.MILLISECONDS))
                .isTrue();
        return refused.get();
    }

    private static void connect(SocketChannel channel, InetSocketAddress address, AtomicInteger refused) {
        try (Socket socket = channel.socket()) {
            socket.connect(address, CONNECT_MILLIS);
        } catch (ConnectException e) {
            refused.incrementAndGet();
        } catch (IOException e) {
            // Counted as not refused.
        }
    }
}
