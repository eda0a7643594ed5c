// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PollingTest {
    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger looks = new AtomicInteger();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private Future<Optional<String>> onceIn(int times) {
        return vertx.timer(1).map(fired -> looks.incrementAndGet() < times ? Optional.empty() : Optional.of("done"));
    }

    @Test
    void anAnswerComesHoweverManyLooksItTook() {
        assertThat(Polling.until(vertx, () -> onceIn(1_200)).await()).isEqualTo("done");
        assertThat(looks).hasValue(1_200);
    }

    @Test
    void aFailureEndsIt() {
        assertThatThrownBy(() -> Polling.until(
                                vertx,
                                () -> looks.incrementAndGet() < 3
                                        ? Future.succeededFuture(Optional.<String>empty())
                                        : Future.failedFuture("no peer"))
                        .await())
                .hasMessage("no peer");
        assertThat(looks).hasValue(3);
    }
}
