// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.counter.CounterSet;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the connections few and quick. One that brings no whole request head within {@link #HEAD_LIMIT_NANOS}, or whose request is not answered and read
 * within {@link #REQUEST_LIMIT_NANOS}, is closed, however busily it sends. Event streams may stay. While nobody is connected no timer runs.
 */
final class Connections {
    static final int MAXIMUM = 2048;

    /** Of one other host, which must leave room for the administrator's. Of this host all may come: a proxy here brings everybody. */
    static final int MAXIMUM_OF_HOST = 1536;

    /** Also how long one may stay without a further request. */
    private static final long HEAD_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    static final long REQUEST_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(40);
    private static final long SWEEP_MILLIS = 1000;

    private final Vertx vertx;
    private final CounterSet<WebCounter> counts;
    private final IdentityHashMap<HttpConnection, Stay> stays = new IdentityHashMap<>();
    private final Map<String, Integer> byHost = new HashMap<>();
    private boolean sweeping;

    /** What one is doing, and since when. */
    private static final class Stay {
        private boolean requested;
        private boolean streams;
        private boolean refused;
        private long sinceNanos = System.nanoTime();

        private boolean isOver(long nowNanos) {
            return !streams && nowNanos - sinceNanos > (requested ? REQUEST_LIMIT_NANOS : HEAD_LIMIT_NANOS);
        }
    }

    Connections(Vertx vertx, CounterSet<WebCounter> counts) {
        this.vertx = vertx;
        this.counts = counts;
    }

    void opened(HttpConnection connection) {
        String host = host(connection);
        if (stays.size() >= MAXIMUM || byHost.getOrDefault(host, 0) >= MAXIMUM_OF_HOST) {
            counts.increment(WebCounter.TOO_MANY);
            connection.close();
            return;
        }
        stays.put(connection, new Stay());
        if (!host.isEmpty()) {
            byHost.merge(host, 1, Integer::sum);
        }
        connection.closeHandler(closed -> {
            stays.remove(connection);
            byHost.computeIfPresent(host, (same, count) -> count == 1 ? null : count - 1);
        });
        if (!sweeping) {
            sweeping = true;
            vertx.setTimer(SWEEP_MILLIS, this::sweep);
        }
    }

    /** What is limited together; empty for this host. */
    private static String host(HttpConnection connection) {
        String address = connection.remoteAddress().hostAddress();
        return AddressKey.isOfThisHost(address) ? "" : AddressKey.of(address);
    }

    void began(HttpConnection connection) {
        set(connection, true);
    }

    void ended(HttpConnection connection) {
        set(connection, false);
    }

    private void set(HttpConnection connection, boolean requested) {
        Stay stay = stays.get(connection);
        if (stay != null) {
            stay.requested = requested;
            stay.sinceNanos = System.nanoTime();
        }
    }

    /** It is about to be closed: what it sent behind a request that was refused is no request. */
    void refuseMore(HttpConnection connection) {
        Stay stay = stays.get(connection);
        if (stay != null) {
            stay.refused = true;
        }
    }

    /** Whether {@link #refuseMore} was said. */
    boolean refusesMore(HttpConnection connection) {
        Stay stay = stays.get(connection);
        return stay != null && stay.refused;
    }

    /** Its request is an event stream. */
    void streams(HttpConnection connection) {
        Stay stay = stays.get(connection);
        if (stay != null) {
            stay.streams = true;
        }
    }

    private void sweep(long timer) {
        long nowNanos = System.nanoTime();
        List<HttpConnection> over = new ArrayList<>();
        stays.forEach((connection, stay) -> {
            if (stay.isOver(nowNanos)) {
                // One that is done with its requests has done nothing wrong.
                if (stay.requested) {
                    counts.increment(WebCounter.TOO_SLOW);
                }
                over.add(connection);
            }
        });
        over.forEach(HttpConnection::close);
        sweeping = !stays.isEmpty();
        if (sweeping) {
            vertx.setTimer(SWEEP_MILLIS, this::sweep);
        }
    }
}
