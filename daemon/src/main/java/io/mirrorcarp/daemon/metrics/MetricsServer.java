// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.metrics;

import io.mirrorcarp.daemon.control.DaemonCommands;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code GET /metrics}, in the OpenMetrics text format or in Prometheus' own, as the request accepts. It answers nothing else, reads no body, and holds a
 * limited number of connections, each for a limited time: whoever can reach it can read the counters and do no more.
 */
public final class MetricsServer extends VerticleBase {
    private static final int MAXIMUM_CONNECTIONS = 32;
    private static final int IDLE_SECONDS = 60;
    private static final long ANSWER_MILLIS = TimeUnit.SECONDS.toMillis(5);

    private final DaemonCommands daemon;
    private final Measures measures;
    private final LoopProbes probes;
    private final ExpositionFormatWriter openMetrics =
            OpenMetricsTextFormatWriter.builder().build();
    private final ExpositionFormatWriter prometheus =
            PrometheusTextFormatWriter.builder().build();
    private @Nullable HttpServer server;
    private int connections;

    /** Makes the server. It serves nothing until {@link #serve}. */
    public MetricsServer(DaemonCommands daemon, Measures measures, LoopProbes probes) {
        this.daemon = daemon;
        this.measures = measures;
        this.probes = probes.with("admin", this::ownWait);
    }

    /**
     * Serves on this address from now on, and no longer on the one before. Always on the loop of this verticle: a server that was deployed anew for each change would
     * come to the loop of the election one day.
     *
     * @param address HOST:PORT, an IPv6 host in brackets; empty to serve nothing
     */
    public Future<Void> serve(String address) {
        Promise<Void> served = Promise.promise();
        context.runOnContext(now -> {
            HttpServer before = server;
            server = null;
            Future<Void> closed = before == null ? Future.succeededFuture() : before.close();
            closed.compose(free -> address.isEmpty() ? Future.succeededFuture() : listen(address))
                    .onComplete(served);
        });
        return served.future();
    }

    private Future<Void> listen(String address) {
        int colon = address.lastIndexOf(':');
        HttpServerOptions options = new HttpServerOptions()
                .setHost(address.substring(0, colon).replace("[", "").replace("]", ""))
                .setPort(Integer.parseInt(address.substring(colon + 1)))
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                // No scraper asks for it.
                .setHttp2ClearTextEnabled(false);
        return vertx.createHttpServer(options)
                .connectionHandler(connection -> {
                    connections++;
                    connection.closeHandler(closed -> connections--);
                    if (connections > MAXIMUM_CONNECTIONS) {
                        connection.close();
                    }
                })
                .requestHandler(this::answer)
                .listen()
                .onSuccess(listening -> server = listening)
                .<Void>mapEmpty()
                .recover(e -> Future.failedFuture(
                        new IOException("metrics.http = \"" + address + "\": " + e.getMessage(), e)));
    }

    private void answer(HttpServerRequest request) {
        if (!"/metrics".equals(request.path())) {
            refuse(request, 404);
        } else if (!request.method().equals(HttpMethod.GET)) {
            refuse(request, 405);
        } else {
            page().timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                    .onSuccess(page -> context.runOnContext(now -> send(request, page)))
                    .onFailure(late -> context.runOnContext(now -> refuse(request, 503)));
        }
    }

    private static void refuse(HttpServerRequest request, int status) {
        request.response()
                .setStatusCode(status)
                .putHeader("Connection", "close")
                .end();
    }

    private Future<MetricSnapshots> page() {
        return probes.run()
                .compose(tried -> daemon.status())
                .compose(status -> daemon.stats().map(stats -> MetricsPage.of(status, stats, measures)));
    }

    private Future<Long> ownWait() {
        Promise<Long> waited = Promise.promise();
        long askedNanos = System.nanoTime();
        context.runOnContext(now -> waited.complete(System.nanoTime() - askedNanos));
        return waited.future();
    }

    private void send(HttpServerRequest request, MetricSnapshots page) {
        ExpositionFormatWriter writer = openMetrics.accepts(request.getHeader("Accept")) ? openMetrics : prometheus;
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            writer.write(text, page);
        } catch (IOException e) {
            throw new UncheckedIOException("an array takes what it is given", e);
        }
        request.response()
                .putHeader("Content-Type", writer.getContentType())
                .putHeader("X-Content-Type-Options", "nosniff")
                .end(Buffer.buffer(text.toByteArray()));
    }
}
