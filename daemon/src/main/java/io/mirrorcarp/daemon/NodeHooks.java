// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.StateChange;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.hooks.HookEvent;
import io.mirrorcarp.daemon.hooks.Hooks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The hooks of the configuration, if it has any: what they are told and asked; and the targets of systemd. */
final class NodeHooks {
    /** Within the time that the whole stop has. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(4);

    private final Duration startHoldOff;
    private final StateTargets targets;
    private final EventLog events;
    private volatile Optional<Hooks> hooks;

    NodeHooks(Configuration configuration, EventLog events) {
        targets = new StateTargets(events);
        startHoldOff = configuration.global().takeover().startHoldOff();
        this.events = events;
        hooks = hooks(configuration);
    }

    private Optional<Hooks> hooks(Configuration configuration) {
        return Optional.of(configuration.hooks().dir())
                .filter(dir -> !dir.isEmpty())
                .map(dir -> new Hooks(
                        Path.of(dir),
                        configuration.hooks().timeout(),
                        configuration.node().name(),
                        events));
    }

    /** From now on those of another configuration are told. Done when the others have heard what there was for them. */
    Future<Void> change(Vertx vertx, Configuration configuration) {
        Optional<Hooks> before = hooks;
        hooks = hooks(configuration);
        return close(vertx, before);
    }

    void tell(StateChange change) {
        targets.tell(change.to().label(), change.host().name());
        hooks.ifPresent(running -> running.post(new HookEvent(
                change.to().label(),
                change.from().label(),
                change.host().name(),
                change.host().vhid(),
                change.host().carpdev(),
                change.reason().text())));
    }

    /** As long as the start is held off. */
    void askWhetherReady(Vertx vertx, Runnable ready) {
        if (!startHoldOff.isZero()) {
            hooks.ifPresent(running -> {
                running.askWhetherReady(ready);
                vertx.setTimer(startHoldOff.toMillis(), over -> running.stopAsking());
            });
        }
    }

    /** Done when they have heard of the end of each virtual host, or had the time for it. */
    Future<Void> close(Vertx vertx) {
        return close(vertx, hooks);
    }

    private static Future<Void> close(Vertx vertx, Optional<Hooks> closing) {
        return vertx.executeBlocking(() -> {
            if (closing.isPresent()) {
                closing.get().close(CLOSE_LIMIT);
            }
            return null;
        });
    }
}
