// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.program.HookServant;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The targets {@code carp-master@NAME.target} and {@code carp-backup@NAME.target} of systemd, to which other units can be bound: started and stopped one after the
 * other on a thread of its own. Only where carpd is a service with a servant.
 */
final class StateTargets {
    /** More changes than this wait for systemd only when it hangs; the oldest are dropped then. */
    private static final int QUEUE_LENGTH = 256;

    private final EventLog events;
    private final Optional<HookServant> servant = HookServant.find();
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            0,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(QUEUE_LENGTH),
            task -> {
                Thread made = new Thread(task, "targets");
                made.setDaemon(true);
                return made;
            },
            new ThreadPoolExecutor.DiscardOldestPolicy());

    StateTargets(EventLog events) {
        this.events = events;
    }

    /** A virtual host has another state. Returns at once. */
    void tell(String state, String name) {
        servant.ifPresent(present -> thread.execute(() -> present.target(state, name)
                .ifPresent(problem -> events.warn("targets", state + " of " + name + ": " + problem))));
    }
}
