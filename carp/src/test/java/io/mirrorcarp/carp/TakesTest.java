// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.io.AddressPlan;
import io.mirrorcarp.carp.io.MemoryCarpNetwork;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the node asks of its addresses is done in the order asked, and takes in a row in one go. */
class TakesTest {
    private static final AddressPlan ONE = new AddressPlan(1, "wan0", List.of());
    private static final AddressPlan TWO = new AddressPlan(2, "wan0", List.of());

    private final Vertx vertx = Vertx.vertx();
    private final MemoryCarpNetwork network = new MemoryCarpNetwork(Map.of("wan0", new MemoryCarpNetwork.Segment()));

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void thoseThatWaitJoinButNotTwoOfOneVirtualHostNorAfterTheBeginning() {
        Takes takes = new Takes();
        assertThat(takes.join(ONE)).isZero();
        assertThat(takes.join(TWO)).isEqualTo(1);
        assertThat(takes.join(ONE)).isNegative();
        assertThat(takes.carryOut(network)).hasSize(2);
        assertThat(network.log()).containsExactly("take 1@wan0", "take 2@wan0");
        assertThat(takes.join(new AddressPlan(3, "wan0", List.of()))).isNegative();
    }

    @Test
    void aReleaseBeforeATakeStaysBeforeIt() throws Exception {
        Context context = vertx.getOrCreateContext();
        AddressThread thread = new AddressThread(context, network);
        CountDownLatch allAsked = new CountDownLatch(1);
        vertx.createSharedWorkerExecutor("carp-addresses-" + context.deploymentID(), 1)
                .executeBlocking(() -> allAsked.await(10, TimeUnit.SECONDS));
        Promise<Void> done = Promise.promise();
        context.runOnContext(nothing -> {
            Future<?> first = thread.take(ONE);
            thread.release(TWO);
            Future.join(first, thread.take(TWO)).<Void>mapEmpty().onComplete(done);
            allAsked.countDown();
        });
        done.future().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(network.log()).containsExactly("take 1@wan0", "release 2@wan0", "take 2@wan0");
    }
}
