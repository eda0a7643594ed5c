// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What serves those who administer the node, on one event loop: each deployment of its own would take a loop in turn, at last that of the election. */
final class AdminLoop implements Deployable {
    private final List<Deployable> servers;

    /** @param servers started in this order, ended in the other */
    AdminLoop(List<Deployable> servers) {
        this.servers = List.copyOf(servers);
    }

    @Override
    public Future<?> deploy(Context context) throws Exception {
        Future<?> started = Future.succeededFuture();
        for (Deployable server : servers) {
            started = started.compose(before -> attempt(() -> server.deploy(context)));
        }
        return started;
    }

    @Override
    public Future<?> undeploy(Context context) throws Exception {
        List<Deployable> reversed = new ArrayList<>(servers);
        Collections.reverse(reversed);
        Future<?> stopped = Future.succeededFuture();
        for (Deployable server : reversed) {
            stopped = stopped.eventually(() -> attempt(() -> server.undeploy(context)));
        }
        return stopped;
    }

    private interface Step {
        Future<?> take() throws Exception;
    }

    private static Future<Object> attempt(Step step) {
        try {
            return step.take().map(done -> (Object) "");
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }
}
