// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.TimeUnit;

/**
 * A Vert.x whose event loop and worker live in a network namespace, for testing in one process what runs as a process of its own. It has one thread of
 * each kind; both end with it.
 */
public final class NamespacedVertx implements AutoCloseable {

    private final Vertx vertx;

    private NamespacedVertx(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Starts it within a namespace. */
    public static NamespacedVertx create(String namespace) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1));
        NamespacedVertx self = new NamespacedVertx(vertx);
        Promise<Void> entered = Promise.promise();
        vertx.getOrCreateContext().runOnContext(nothing -> {
            enter(namespace);
            entered.complete();
        });
        get(entered.future());
        get(vertx.executeBlocking(() -> {
            enter(namespace);
            return true;
        }));
        return self;
    }

    private static void enter(String namespace) {
        try {
            NetworkNamespace.enter(namespace);
        } catch (ErrnoException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The Vert.x. */
    public Vertx vertx() {
        return vertx;
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}
