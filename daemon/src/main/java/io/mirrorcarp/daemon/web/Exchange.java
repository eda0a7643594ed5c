// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * One request that may be carried out.
 *
 * @param body empty for a GET
 */
record Exchange(HttpServerRequest request, Caller caller, JsonObject body) {
    /** The address of the other end; that of its network where one has many addresses, IPv6. */
    String address() {
        return AddressKey.of(request.remoteAddress().hostAddress());
    }

    @Nullable
    String query(String name) {
        return request.getParam(name);
    }

    /** What carries it out. The text is the JSON to answer with; null where it has answered itself. */
    interface Handler {
        Future<@Nullable String> handle(Exchange exchange) throws Refusal;
    }
}
