// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.daemon.control.CommandFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every request passes here: its host, its path, who sends it and whether that one may; and every refusal is counted here. */
final class Front {
    private static final Logger LOG = LoggerFactory.getLogger("carpd");

    /** Scripts, styles and data from this host alone; shown in no frame of another's page. */
    private static final String CONTENT_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final long LINGER_MILLIS = 1000;
    private static final int LINGER_BYTES = 1_048_576;

    private final Vertx vertx;
    private final RequestForm form;
    private final Access access;
    private final PageFiles pages;
    private final Connections connections;
    private final CounterSet<WebCounter> counts;
    private final Map<String, Map<HttpMethod, Route>> routes = new HashMap<>();

    Front(
            Vertx vertx,
            RequestForm form,
            Access access,
            PageFiles pages,
            List<Route> routes,
            Connections connections,
            CounterSet<WebCounter> counts) {
        this.vertx = vertx;
        this.form = form;
        this.access = access;
        this.pages = pages;
        this.connections = connections;
        this.counts = counts;
        routes.forEach(route -> this.routes
                .computeIfAbsent(route.path(), path -> new HashMap<>())
                .put(route.method(), route));
    }

    void handle(HttpServerRequest request) {
        if (connections.refusesMore(request.connection())) {
            return;
        }
        counts.increment(WebCounter.REQUESTS);
        connections.began(request.connection());
        HttpServerResponse response = request.response();
        response.endHandler(ended -> connections.ended(request.connection()));
        response.exceptionHandler(broken -> {
            // With HTTP/2 the connection has other requests too, and only this one's stream is over.
            if (!isMultiplexed(request)) {
                request.connection().close();
            }
        });
        protect(response);
        try {
            form.check(request);
            HttpMethod method = request.method().equals(HttpMethod.HEAD) ? HttpMethod.GET : request.method();
            if (pages.has(request.path())) {
                servePage(request, method);
            } else {
                carryOut(request, find(request, routes.get(request.path()), method));
            }
        } catch (Refusal refusal) {
            refuse(request, refusal);
        }
    }

    private static boolean isMultiplexed(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_2;
    }

    private void servePage(HttpServerRequest request, HttpMethod method) throws Refusal {
        if (!method.equals(HttpMethod.GET)) {
            throw wrongMethod(request, "GET, HEAD");
        }
        pages.serve(request);
    }

    private static void protect(HttpServerResponse response) {
        response.putHeader("Content-Security-Policy", CONTENT_POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Cache-Control", "no-store");
    }

    private static Refusal wrongMethod(HttpServerRequest request, String allowed) {
        request.response().putHeader("Allow", allowed);
        return new Refusal(405, WebCounter.BAD_PATH, "it takes another method: " + allowed);
    }

    private static Route find(HttpServerRequest request, @Nullable Map<HttpMethod, Route> there, HttpMethod method)
            throws Refusal {
        if (there == null) {
            throw new Refusal(404, WebCounter.BAD_PATH, "there is nothing of this name");
        }
        Route route = there.get(method);
        if (route == null) {
            throw wrongMethod(request, there.containsKey(HttpMethod.POST) ? "POST" : "GET, HEAD");
        }
        return route;
    }

    private void carryOut(HttpServerRequest request, Route route) throws Refusal {
        access.checkOrigin(request);
        request.pause();
        access.callerOf(request)
                .compose(caller -> permitted(request, route, caller))
                .compose(caller -> body(request, route).map(body -> new Exchange(request, caller, body)))
                .compose(exchange -> run(route, exchange))
                .onSuccess(text -> answer(request, 200, text))
                .onFailure(failure -> fail(request, failure));
    }

    private Future<Caller> permitted(HttpServerRequest request, Route route, Caller caller) {
        try {
            access.check(request, caller, route.needed());
            RequestForm.checkParameters(request, route);
            return Future.succeededFuture(caller);
        } catch (Refusal refusal) {
            return Future.failedFuture(refusal);
        }
    }

    private Future<JsonObject> body(HttpServerRequest request, Route route) {
        if (route.method().equals(HttpMethod.POST)) {
            return BoundedBody.json(vertx, request, route.maximumBody());
        }
        request.resume();
        return Future.succeededFuture(new JsonObject());
    }

    private static Future<@Nullable String> run(Route route, Exchange exchange) {
        try {
            return route.handler().handle(exchange);
        } catch (Refusal refusal) {
            return Future.failedFuture(refusal);
        }
    }

    private void fail(HttpServerRequest request, Throwable failure) {
        if (failure instanceof Refusal refusal) {
            refuse(request, refusal);
        } else if (failure instanceof CommandFailure known) {
            answer(request, Api.httpStatus(known), error(sentence(known), known.exitStatus()));
        } else if (failure instanceof TimeoutException) {
            answer(request, 504, error("the node did not answer in time; look at the status", 1));
        } else if (!request.response().closed()) {
            LOG.warn("a request to the web pages failed", failure);
            answer(request, 500, error("carpd could not do it; its log tells why", 1));
        }
    }

    private static String sentence(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    /** The rest of a body that nobody wants is thrown away, and what follows a request that is none is not heard: the connection closes, or with HTTP/2 the stream. */
    private void refuse(HttpServerRequest request, Refusal refusal) {
        if (refusal.counter() != null) {
            counts.increment(refusal.counter());
        }
        if (refusal.status() == 401) {
            request.response().putHeader("WWW-Authenticate", "Bearer");
        }
        if (refusal.counter() == WebCounter.BAD_REQUEST || (mayHaveBody(request) && !request.isEnded())) {
            leaveUnread(request);
        }
        answer(request, refusal.status(), error(sentence(refusal), 1));
    }

    private static boolean mayHaveBody(HttpServerRequest request) {
        return !request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD);
    }

    private void leaveUnread(HttpServerRequest request) {
        boolean multiplexed = isMultiplexed(request);
        if (!multiplexed) {
            // HTTP/2 has no such header.
            request.response().putHeader("Connection", "close");
            connections.refuseMore(request.connection());
        }
        request.response().endHandler(ended -> {
            connections.ended(request.connection());
            linger(
                    request,
                    multiplexed
                            ? () -> request.response().reset()
                            : () -> request.connection().close());
        });
        request.resume();
    }

    /** A client that still sends would lose the answer with its stream or connection, so there is a moment for it to come to an end. */
    private void linger(HttpServerRequest request, Runnable close) {
        if (request.isEnded()) {
            closeConnection(request, close);
            return;
        }
        long timer = vertx.setTimer(LINGER_MILLIS, late -> close.run());
        int[] left = {LINGER_BYTES};
        request.handler(bytes -> {
            left[0] -= bytes.length();
            if (left[0] < 0 && vertx.cancelTimer(timer)) {
                close.run();
            }
        });
        request.endHandler(end -> {
            if (vertx.cancelTimer(timer)) {
                closeConnection(request, close);
            }
        });
    }

    /** With HTTP/2 a stream whose both sides have ended is closed already, and the connection has others. */
    private static void closeConnection(HttpServerRequest request, Runnable close) {
        if (!isMultiplexed(request)) {
            close.run();
        }
    }

    private static String error(String sentence, int exitStatus) {
        return new JsonObject()
                .put("ok", false)
                .put("error", sentence)
                .put("exitStatus", exitStatus)
                .encodePrettily();
    }

    private static void answer(HttpServerRequest request, int status, @Nullable String json) {
        HttpServerResponse response = request.response();
        if (json != null && !response.closed() && !response.ended()) {
            response.setStatusCode(status)
                    .putHeader("Content-Type", "application/json; charset=utf-8")
                    .end(json);
        }
    }
}
