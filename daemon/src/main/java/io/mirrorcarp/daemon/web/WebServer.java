// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.daemon.access.Sessions;
import io.mirrorcarp.daemon.control.Commands;
import io.mirrorcarp.daemon.control.DaemonCommands;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.control.StateJobs;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves the web pages and the HTTP interface. A node without them does its work all the same: where the port cannot be opened, that is told, and tried
 * again now and then.
 */
public final class WebServer extends VerticleBase {
    private static final long RETRY_MILLIS = TimeUnit.SECONDS.toMillis(30);
    private static final int HEAD_LIMIT = 8192;
    private static final int LINE_LIMIT = 2048;

    /** Those that authenticate what they encrypt, with keys that are of one connection alone. */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_256_GCM_SHA384",
            "TLS_AES_128_GCM_SHA256",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private final WebSettings settings;
    private final DaemonCommands daemon;
    private final Peers peers;
    private final EventLog events;
    private final ConfigurationView configuration;
    private final CounterSet<WebCounter> counts;
    private @Nullable HttpServer server;
    private @Nullable EventFeed feed;
    private @Nullable SessionRoutes sessionRoutes;
    private final List<Route> routes = new ArrayList<>();
    private boolean told;
    private boolean stopped;

    /**
     * Makes the server; deploying it opens the port.
     *
     * @param peers asks the other nodes
     * @param counts written to on the server's loop
     */
    public WebServer(
            WebSettings settings,
            DaemonCommands daemon,
            Peers peers,
            EventLog events,
            ConfigurationView configuration,
            CounterSet<WebCounter> counts) {
        this.counts = counts;
        this.peers = peers;
        this.settings = settings;
        this.daemon = daemon;
        this.events = events;
        this.configuration = configuration;
    }

    @Override
    public Future<?> start() {
        open(0);
        return Future.succeededFuture();
    }

    private void open(long timer) {
        if (stopped) {
            return;
        }
        vertx.executeBlocking(() -> Certificate.read(settings.tls()))
                .compose(this::listen)
                .onSuccess(listening -> events.report("carpd", "web pages at " + url()))
                .onFailure(failure -> {
                    if (!told) {
                        told = true;
                        events.warn(
                                "carpd",
                                "the web pages cannot be served at " + url() + ": " + failure.getMessage()
                                        + "; all else works, and it is tried again");
                    }
                    vertx.setTimer(RETRY_MILLIS, this::open);
                });
    }

    private String url() {
        String address = AddressText.format(settings.address().address());
        return (settings.tls().isPresent() ? "https://" : "http://")
                + (address.contains(":") ? "[" + address + "]" : address) + ":"
                + settings.address().port() + "/";
    }

    private Future<HttpServer> listen(Certificate certificate) {
        Connections connections = new Connections(vertx, counts);
        Front front = front(connections, certificate);
        HttpServer opened = vertx.createHttpServer(options(certificate));
        opened.connectionHandler(connections::opened)
                .requestHandler(front::handle)
                .invalidRequestHandler(request -> {
                    counts.increment(WebCounter.BAD_REQUEST);
                    HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
                });
        server = opened;
        return opened.listen(
                settings.address().port(), AddressText.format(settings.address().address()));
    }

    private Front front(Connections connections, Certificate certificate) {
        SecureRandom random = new SecureRandom();
        Sessions sessions = new Sessions(() -> {
            byte[] key = new byte[Sessions.KEY_LENGTH];
            random.nextBytes(key);
            return key;
        });
        Accounts accounts = new Accounts(vertx, settings.authFile(), sessions);
        Access access = new Access(settings, accounts, sessions);
        feed = new EventFeed(vertx, events, connections, counts);
        sessionRoutes = new SessionRoutes(vertx, settings, access, accounts, sessions, counts);
        Api api = new Api(
                vertx, new Commands(daemon), new StateJobs(vertx, daemon), peers, events, feed, configuration, counts);
        routes.clear();
        routes.addAll(api.routes());
        routes.addAll(sessionRoutes.routes());
        routes.add(OpenApi.route());
        Set<String> names = new HashSet<>(certificate.names());
        names.add(settings.node());
        return new Front(
                vertx, new RequestForm(new HostNames(names)), access, new PageFiles(), routes, connections, counts);
    }

    private static HttpServerOptions options(Certificate certificate) {
        HttpServerOptions options = new HttpServerOptions()
                .setMaxHeaderSize(HEAD_LIMIT)
                .setMaxInitialLineLength(LINE_LIMIT)
                .setTcpKeepAlive(true)
                .setHttp2ClearTextEnabled(false);
        certificate.pem().ifPresent(pem -> {
            options.setSsl(true)
                    .setUseAlpn(true)
                    .setKeyCertOptions(pem)
                    .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"));
            CIPHERS.forEach(options::addEnabledCipherSuite);
        });
        return options;
    }

    /** What is served, once the port is open. */
    List<Route> routes() {
        return List.copyOf(routes);
    }

    @Override
    public Future<?> stop() {
        stopped = true;
        if (feed != null) {
            feed.close();
        }
        if (sessionRoutes != null) {
            sessionRoutes.close();
        }
        return server == null ? Future.succeededFuture() : server.close();
    }
}
