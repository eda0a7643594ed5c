// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A netlink socket that asks for acknowledgements is made readable at will, without root. */
class EventLoopDescriptorTest {

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
    private final Context context = vertx.getOrCreateContext();
    private final AtomicInteger drained = new AtomicInteger();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** Sends no-operation messages, each of which the kernel acknowledges with a datagram of its own. */
    private static void makeReadable(NetlinkSocket socket, int datagrams) {
        NetlinkWriter writer = new NetlinkWriter(ByteBuffer.allocateDirect(64 * datagrams));
        for (int i = 0; i < datagrams; i++) {
            writer.beginMessage(Netlink.TYPE_NOOP, Netlink.REQUEST | Netlink.ACK, i);
            writer.endMessage();
        }
        assertThat(socket.send(writer.flip())).isZero();
    }

    private EventLoopDescriptor register(NetlinkSocket socket, Runnable drain) throws Exception {
        return EventLoopDescriptor.register(context, socket.descriptor(), drain)
                .toCompletionStage()
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
    }

    @Test
    void drainRunsOnTheContextWhenThereIsSomethingToRead() throws Exception {
        AtomicReference<Context> seen = new AtomicReference<>();
        MessageBatch batch = new MessageBatch(16, 256);
        try (NetlinkSocket socket = NetlinkSocket.open(Netlink.PROTOCOL_ROUTE)) {
            EventLoopDescriptor descriptor = register(socket, () -> {
                seen.set(Vertx.currentContext());
                drained.addAndGet(socket.receive(batch));
            });
            makeReadable(socket, 3);
            await().atMost(Duration.ofSeconds(5)).until(() -> drained.get() == 3);
            assertThat(seen.get()).isSameAs(context);
            descriptor.deregister().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void underLoadItIsDrainedInBurstsAndAfterwardsAtOnceAgain() throws Exception {
        MessageBatch batch = new MessageBatch(64, 256);
        AtomicInteger calls = new AtomicInteger();
        try (NetlinkSocket socket = NetlinkSocket.open(Netlink.PROTOCOL_ROUTE)) {
            EventLoopDescriptor descriptor = EventLoopDescriptor.register(
                            context,
                            socket.descriptor(),
                            new BurstPace(Duration.ofSeconds(1).toNanos()),
                            () -> {
                                calls.incrementAndGet();
                                return drained.addAndGet(Math.max(0, socket.receive(batch))) > 0;
                            })
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);
            makeReadable(socket, 1);
            await().atMost(Duration.ofSeconds(5)).until(() -> drained.get() == 1);
            makeReadable(socket, 1);
            await().atMost(Duration.ofSeconds(5)).until(() -> drained.get() == 2);
            int before = calls.get();
            makeReadable(socket, 10);
            makeReadable(socket, 10);
            await().atMost(Duration.ofSeconds(5)).until(() -> drained.get() == 22);
            assertThat(calls.get() - before).as("readings of 20 messages").isEqualTo(1);
            descriptor.deregister().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void aDrainThatStopsAtItsLimitIsCalledAgainAndLetsOtherTasksRunBetween() throws Exception {
        MessageBatch one = new MessageBatch(1, 256);
        AtomicInteger tasks = new AtomicInteger();
        AtomicInteger tasksBeforeLastDatagram = new AtomicInteger();
        try (NetlinkSocket socket = NetlinkSocket.open(Netlink.PROTOCOL_ROUTE)) {
            makeReadable(socket, 20);
            EventLoopDescriptor descriptor = register(socket, () -> {
                if (socket.receive(one) > 0 && drained.incrementAndGet() == 20) {
                    tasksBeforeLastDatagram.set(tasks.get());
                }
                context.runOnContext(nothing -> tasks.incrementAndGet());
            });
            await().atMost(Duration.ofSeconds(5)).until(() -> drained.get() == 20);
            assertThat(tasksBeforeLastDatagram.get()).isEqualTo(19);
            descriptor.deregister().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void afterDeregisterNothingIsCalledAndTheNumberCanBeUsedAgain() throws Exception {
        MessageBatch batch = new MessageBatch(16, 256);
        for (int round = 1; round <= 3; round++) {
            try (NetlinkSocket socket = NetlinkSocket.open(Netlink.PROTOCOL_ROUTE)) {
                EventLoopDescriptor descriptor = register(socket, () -> drained.addAndGet(socket.receive(batch)));
                makeReadable(socket, 1);
                int expected = round;
                await().atMost(Duration.ofSeconds(5)).until(() -> drained.get() == expected);
                descriptor
                        .deregister()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS);
                descriptor
                        .deregister()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS);
                makeReadable(socket, 1);
                assertThat(socket.awaitReadable(5_000)).isTrue();
                AtomicInteger turns = new AtomicInteger();
                context.runOnContext(nothing -> context.runOnContext(later -> turns.incrementAndGet()));
                await().atMost(Duration.ofSeconds(5)).until(() -> turns.get() == 1);
                assertThat(drained.get()).isEqualTo(expected);
            }
        }
    }

    @Test
    void anExceptionOutOfDrainEndsTheRegistrationAndIsReportedOnce() throws Exception {
        AtomicReference<Throwable> reported = new AtomicReference<>();
        AtomicInteger calls = new AtomicInteger();
        context.exceptionHandler(reported::set);
        try (NetlinkSocket socket = NetlinkSocket.open(Netlink.PROTOCOL_ROUTE)) {
            makeReadable(socket, 5);
            register(socket, () -> {
                calls.incrementAndGet();
                throw new IllegalStateException("broken");
            });
            await().atMost(Duration.ofSeconds(5)).until(() -> reported.get() != null);
            assertThat(reported.get()).hasMessage("broken");
            AtomicInteger turns = new AtomicInteger();
            context.runOnContext(nothing -> context.runOnContext(later -> turns.incrementAndGet()));
            await().atMost(Duration.ofSeconds(5)).until(() -> turns.get() == 1);
            assertThat(calls.get()).isEqualTo(1);
        }
    }

    @Test
    void withoutNativeTransportRegistrationFailsWithTheReason() throws Exception {
        Vertx nio = Vertx.vertx(new VertxOptions().setPreferNativeTransport(false));
        try (NetlinkSocket socket = NetlinkSocket.open(Netlink.PROTOCOL_ROUTE)) {
            assertThatThrownBy(
                            () -> EventLoopDescriptor.register(nio.getOrCreateContext(), socket.descriptor(), () -> {})
                                    .toCompletionStage()
                                    .toCompletableFuture()
                                    .get(5, TimeUnit.SECONDS))
                    .hasMessageContaining("preferNativeTransport");
        } finally {
            nio.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }
}
