// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.counter.CounterSet;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the connections few and quick. One that brings no whole request head within {@link #HEAD_LIMIT_NANOS}, or whose request is not answered and read
 * within {@link #REQUEST_LIMIT_NANOS}, is closed, however busily it sends. Event streams may stay. While nobody is connected no timer runs.
 */
final class Connections {
    static final int MAXIMUM = 2048;

    /** Also how long one may stay without a further request. */
    private static final long HEAD_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    static final long REQUEST_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(40);
    private static final long SWEEP_MILLIS = 1000;

    private final Vertx vertx;
    private final CounterSet<WebCounter> counts;
    private final IdentityHashMap<HttpConnection, Stay> stays = new IdentityHashMap<>();
    private boolean sweeping;

    /** What one is doing, and since when. */
    private static final class Stay {
        private boolean requested;
        private boolean streams;
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
        if (stays.size() >= MAXIMUM) {
            counts.increment(WebCounter.TOO_MANY);
            connection.close();
            return;
        }
        stays.put(connection, new Stay());
        connection.closeHandler(closed -> stays.remove(connection));
        if (!sweeping) {
            sweeping = true;
            vertx.setTimer(SWEEP_MILLIS, this::sweep);
        }
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
