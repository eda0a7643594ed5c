// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.CarpVerticle;
import io.mirrorcarp.daemon.control.DaemonCommands;
import io.mirrorcarp.daemon.systemd.ServiceNotices;
import io.mirrorcarp.daemon.systemd.StatusLine;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/**
 * Keeps whoever started the process informed: a line of status each second, and signs of life for the watchdog. These come from the loop of the election alone: a
 * node whose replication or administration stands still goes on answering for its addresses.
 */
final class ServiceReport {
    private static final long STATUS_MILLIS = 1_000;

    /** Three signs in the time of the watchdog: one may come late. */
    private static final int SIGNS = 3;

    private ServiceReport() {}

    static void begin(Vertx vertx, CarpVerticle carp, DaemonCommands commands, ServiceNotices notices) {
        notices.ready();
        Runnable tell = () -> commands.status().onSuccess(status -> notices.status(StatusLine.of(status)));
        tell.run();
        vertx.setPeriodic(STATUS_MILLIS, id -> tell.run());
        notices.watchdogNanos().ifPresent(limit -> {
            long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(limit) / SIGNS);
            vertx.setPeriodic(0, millis, id -> carp.snapshot().onSuccess(alive -> notices.alive()));
        });
    }
}
