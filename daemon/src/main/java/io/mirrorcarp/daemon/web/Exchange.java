// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
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

    /** Refuses a body with a member that is not among those. */
    void checkMembers(String... known) throws Refusal {
        for (String name : body.fieldNames()) {
            if (!List.of(known).contains(name)) {
                throw Refusal.badBody("it does not take \"" + name + "\": there is "
                        + (known.length == 0 ? "nothing" : String.join(", ", known)));
            }
        }
    }

    /** What carries it out. The text is the JSON to answer with; null where it has answered itself. */
    interface Handler {
        Future<@Nullable String> handle(Exchange exchange) throws Refusal;
    }
}
