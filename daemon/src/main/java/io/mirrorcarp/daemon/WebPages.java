// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.web.WebServer;
import io.mirrorcarp.daemon.web.WebSettings;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The web pages as the configuration in force wants them: none, or those of one server. Another address or another file of people makes another server, on the same event
 * loop; whoever was logged in logs in again.
 */
final class WebPages implements Deployable {
    private final Function<WebSettings, WebServer> make;
    private Optional<WebSettings> settings;
    private @Nullable Context context;
    private @Nullable WebServer server;

    /** @param settings those of the start; empty for no pages */
    WebPages(Optional<WebSettings> settings, Function<WebSettings, WebServer> make) {
        this.settings = settings;
        this.make = make;
    }

    @Override
    public Future<?> deploy(Context loop) throws Exception {
        context = loop;
        return open();
    }

    @Override
    public Future<?> undeploy(Context loop) throws Exception {
        context = null;
        return close(loop);
    }

    /** Serves these from now on, and no longer those before. Any thread may ask. */
    Future<Void> change(Optional<WebSettings> wanted) {
        Context loop = context;
        if (loop == null) {
            return Future.succeededFuture();
        }
        Promise<Void> changed = Promise.promise();
        loop.runOnContext(now -> {
            settings = wanted;
            close(loop).transform(closed -> open()).<Void>mapEmpty().onComplete(changed);
        });
        return changed.future();
    }

    private Future<?> open() {
        Context loop = context;
        if (loop == null || settings.isEmpty()) {
            return Future.succeededFuture();
        }
        WebServer opened = make.apply(settings.get());
        server = opened;
        try {
            return opened.deploy(loop);
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    private Future<?> close(Context loop) {
        WebServer before = server;
        server = null;
        try {
            return before == null ? Future.succeededFuture() : before.undeploy(loop);
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }
}
