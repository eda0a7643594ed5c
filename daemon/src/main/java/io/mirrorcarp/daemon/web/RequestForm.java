// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Locale;

/** What a request must be like, whoever sends it and whatever it asks for. */
final class RequestForm {
    private final HostNames hosts;

    /** @param hosts how this host may be called */
    RequestForm(HostNames hosts) {
        this.hosts = hosts;
    }

    /** Refuses what calls another host, or more than one, and what asks for a WebSocket: a browser lets any site's page ask for one. */
    void check(HttpServerRequest request) throws Refusal {
        if (request.headers().getAll("Host").size() > 1) {
            throw new Refusal(400, WebCounter.BAD_REQUEST, "a request has one Host header");
        }
        // A length that is told twice is read as the one here and as the other by a proxy before this, which a hidden
        // second request can use. No client of ours
        // needs chunks: RFC 9112, 6.1.
        if (request.headers().contains("Transfer-Encoding")) {
            throw new Refusal(411, WebCounter.BAD_REQUEST, "a body needs a Content-Length, and no Transfer-Encoding");
        }
        HostAndPort authority = request.authority();
        if (!hosts.contains(authority == null ? null : authority.host())) {
            throw new Refusal(
                    421,
                    WebCounter.BAD_HOST,
                    "this host is not called so: use its address, localhost, or a name in its certificate");
        }
        String upgrade = request.getHeader("Upgrade");
        if (upgrade != null && upgrade.toLowerCase(Locale.ROOT).contains("websocket")) {
            throw new Refusal(400, WebCounter.BAD_REQUEST, "there is no WebSocket: /api/v1/events sends what happens");
        }
    }

    /** Refuses a parameter that a route does not have. A filter that is misspelt must not stand for none. */
    static void checkParameters(HttpServerRequest request, Route route) throws Refusal {
        try {
            for (String name : request.params().names()) {
                if (!route.parameters().contains(name)) {
                    throw Refusal.badQuery("it takes no parameter \"" + name + "\": there is "
                            + (route.parameters().isEmpty() ? "none" : String.join(", ", route.parameters())));
                }
                if (request.params().getAll(name).size() > 1) {
                    throw Refusal.badQuery(name + " is given twice");
                }
            }
        } catch (IllegalArgumentException expected) {
            throw Refusal.badQuery("its query is not one: " + expected.getMessage());
        }
    }
}
