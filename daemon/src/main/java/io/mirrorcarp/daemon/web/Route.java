// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.daemon.access.Role;
import io.vertx.core.http.HttpMethod;

/**
 * One thing that can be asked for.
 *
 * @param needed the least role of who may
 * @param maximumBody bytes
 */
record Route(HttpMethod method, String path, Role needed, int maximumBody, Exchange.Handler handler) {
    private static final int SMALL = 4096;

    static Route get(String path, Exchange.Handler handler) {
        return new Route(HttpMethod.GET, path, Role.VIEW, 0, handler);
    }

    static Route post(String path, Role needed, Exchange.Handler handler) {
        return new Route(HttpMethod.POST, path, needed, SMALL, handler);
    }

    Route withMaximumBody(int bytes) {
        return new Route(method, path, needed, bytes, handler);
    }

    Route needing(Role least) {
        return new Route(method, path, least, maximumBody, handler);
    }

    Route open() {
        return new Route(method, path, Role.NONE, maximumBody, handler);
    }
}
