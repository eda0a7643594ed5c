// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.daemon.access.Role;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/**
 * One thing that can be asked for.
 *
 * @param needed the least role of who may
 * @param maximumBody bytes
 * @param parameters of the query, which are all that it takes
 */
record Route(
        HttpMethod method,
        String path,
        Role needed,
        int maximumBody,
        List<String> parameters,
        Exchange.Handler handler) {
    private static final int SMALL = 4096;

    Route {
        parameters = List.copyOf(parameters);
    }

    static Route get(String path, Exchange.Handler handler) {
        return new Route(HttpMethod.GET, path, Role.VIEW, 0, List.of(), handler);
    }

    static Route post(String path, Role needed, Exchange.Handler handler) {
        return new Route(HttpMethod.POST, path, needed, SMALL, List.of(), handler);
    }

    Route withMaximumBody(int bytes) {
        return new Route(method, path, needed, bytes, parameters, handler);
    }

    Route needing(Role least) {
        return new Route(method, path, least, maximumBody, parameters, handler);
    }

    Route open() {
        return new Route(method, path, Role.NONE, maximumBody, parameters, handler);
    }

    Route taking(List<String> names) {
        return new Route(method, path, needed, maximumBody, names, handler);
    }
}
