// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.route.Rtnetlink;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What a start needs whatever the configuration says, made while that is read. It takes most of the time of a start, and an event loop that did
 * it would stand still for a quarter of a second.
 */
final class Preparation {
    private static final Executor THREADS = task -> {
        Thread thread = new Thread(task, "start");
        thread.setDaemon(true);
        thread.start();
    };

    private final CompletableFuture<Vertx> vertx = begin(Wiring::makeVertx);
    private final CompletableFuture<Boolean> systemCalls = begin(Preparation::loadSystemCalls);
    private final CompletableFuture<Integer> random = begin(() -> new SecureRandom().nextInt());

    private static <T> CompletableFuture<T> begin(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, THREADS);
    }

    /** The first one generates and loads code. */
    private static boolean loadSystemCalls() {
        try (Rtnetlink route = Rtnetlink.open()) {
            route.links();
            return true;
        } catch (ErrnoException e) {
            // Whoever has to have the answer asks again, and says so.
            return false;
        }
    }

    /** Waits for all of it. */
    Vertx await() {
        systemCalls.join();
        random.join();
        return vertx.join();
    }
}
