// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlineTimerTest {
    private static final long MILLI = 1_000_000;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final List<Long> calledAtNanos = new CopyOnWriteArrayList<>();
    private final AtomicReference<Context> seen = new AtomicReference<>();
    private final DeadlineTimer timer = new DeadlineTimer(context, () -> {
        seen.set(Vertx.currentContext());
        calledAtNanos.add(System.nanoTime());
    });

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** Does something on the timer's context at an instant, and returns that instant. */
    private long onContext(Consumer<Long> what) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        long nowNanos = System.nanoTime();
        context.runOnContext(nothing -> {
            what.accept(nowNanos);
            done.countDown();
        });
        assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
        return nowNanos;
    }

    private void awaitCalls(int calls) {
        await().until(() -> calledAtNanos.size() >= calls);
    }

    @Test
    void callsOnTheContextAndNotBeforeTheDeadline() throws Exception {
        long nowNanos = onContext(now -> timer.arm(now + 20 * MILLI));
        awaitCalls(1);
        assertThat(calledAtNanos.get(0)).isGreaterThanOrEqualTo(nowNanos + 20 * MILLI);
        assertThat(seen).hasValue(context);
    }

    @Test
    void theLastDeadlineHolds() throws Exception {
        long nowNanos = onContext(now -> {
            timer.arm(now + 10 * MILLI);
            timer.arm(now + 60 * MILLI);
            timer.arm(now + 40 * MILLI);
        });
        awaitCalls(1);
        assertThat(calledAtNanos.get(0)).isGreaterThanOrEqualTo(nowNanos + 40 * MILLI);
        onContext(now -> timer.arm(now + 40 * MILLI));
        awaitCalls(2);
        assertThat(calledAtNanos).as("once for each").hasSize(2);
    }

    @Test
    void anEarlierDeadlineIsNotLate() throws Exception {
        onContext(now -> {
            timer.arm(now + TimeUnit.HOURS.toNanos(1));
            timer.arm(now + 10 * MILLI);
        });
        awaitCalls(1);
    }

    @Test
    void aDeadlineThatHasPassedIsCalledSoon() throws Exception {
        onContext(now -> timer.arm(now - 10 * MILLI));
        awaitCalls(1);
    }

    @Test
    void noCallComesOfATimerThatIsCancelled() throws Exception {
        onContext(now -> {
            timer.arm(now + 10 * MILLI);
            timer.cancel();
        });
        assertNoCallComesBeforeAnother();
    }

    @Test
    void noCallComesOfADeadlineThatIsTakenBack() throws Exception {
        onContext(now -> {
            timer.arm(now + 10 * MILLI);
            timer.arm(Long.MAX_VALUE);
        });
        assertNoCallComesBeforeAnother();
    }

    /** One that is wanted long after what was not wanted would have come. */
    private void assertNoCallComesBeforeAnother() throws Exception {
        long nowNanos = onContext(now -> vertx.setTimer(40, fired -> timer.arm(now)));
        awaitCalls(1);
        assertThat(calledAtNanos).singleElement(InstanceOfAssertFactories.LONG).isGreaterThan(nowNanos + 40 * MILLI);
    }
}
