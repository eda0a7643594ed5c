// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.Rtnetlink;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

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

    private final CompletableFuture<Vertx> vertx = CompletableFuture.supplyAsync(Wiring::makeVertx, THREADS);
    private final CompletableFuture<Void> rest = CompletableFuture.allOf(
            CompletableFuture.runAsync(Preparation::loadSystemCalls, THREADS),
            CompletableFuture.runAsync(() -> new SecureRandom().nextInt(), THREADS));

    /** The first one generates and loads code. */
    private static void loadSystemCalls() {
        try (Rtnetlink route = Rtnetlink.open()) {
            List<Link> links = route.links();
            // Compares them: the JVM makes the code for that when it is needed first, for some milliseconds, which
            // would be in a takeover.
            links.removeAll(route.links());
            route.addresses();
            route.link("lo");
        } catch (ErrnoException ignored) {
            // Whoever has to have the answer asks again, and says so.
        }
    }

    /** Waits for all of it. Throws where the native libraries cannot be loaded. */
    Vertx await() {
        rest.join();
        if (!vertx.join().isNativeTransportEnabled()) {
            throw new UnsatisfiedLinkError("Netty's library for epoll");
        }
        return vertx.join();
    }
}
