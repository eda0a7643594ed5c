// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.CarpVerticle;
import io.mirrorcarp.daemon.control.DaemonCommands;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.systemd.ServiceNotices;
import io.mirrorcarp.daemon.systemd.StatusLine;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps whoever started the process informed, if it listens: a line of status soon after each event and every few seconds, and signs of life for the watchdog. These come from the loop of the election alone: a
 * node whose replication or administration stands still goes on answering for its addresses.
 */
final class ServiceReport {
    private static final long STATUS_MILLIS = 5_000;
    /** What happens at once, such as a takeover of many virtual hosts, makes one line. */
    private static final long SETTLED_MILLIS = 200;

    /** Three signs in the time of the watchdog: one may come late. */
    private static final int SIGNS = 3;

    private ServiceReport() {}

    static void begin(
            Vertx vertx, CarpVerticle carp, DaemonCommands commands, EventLog events, ServiceNotices notices) {
        notices.ready();
        if (notices.areHeard()) {
            Runnable tell = () -> commands.status().onSuccess(status -> notices.status(StatusLine.of(status)));
            tell.run();
            vertx.setPeriodic(STATUS_MILLIS, id -> tell.run());
            events.follow(soon(vertx, tell));
        }
        notices.watchdogNanos().ifPresent(limit -> {
            long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(limit) / SIGNS);
            vertx.setPeriodic(0, millis, id -> carp.snapshot().onSuccess(alive -> notices.alive()));
        });
    }

    /** Whoever reports an event only wakes the loop of the administration. */
    private static Runnable soon(Vertx vertx, Runnable tell) {
        Context context = vertx.getOrCreateContext();
        AtomicBoolean woken = new AtomicBoolean();
        return () -> {
            if (woken.compareAndSet(false, true)) {
                context.runOnContext(now -> vertx.setTimer(SETTLED_MILLIS, id -> {
                    woken.set(false);
                    tell.run();
                }));
            }
        };
    }
}
