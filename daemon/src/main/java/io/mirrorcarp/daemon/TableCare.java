// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.conntrack.io.TableAlarm;
import io.mirrorcarp.conntrack.io.TableWatch;
import io.mirrorcarp.conntrack.io.TableWatch.Reading;
import io.mirrorcarp.daemon.control.EventLog;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads every few seconds how full the kernel's table is, and warns before it is full. Runs with and without replication. */
final class TableCare {
    private static final long INTERVAL_MILLIS = TimeUnit.SECONDS.toMillis(5);

    private final Vertx vertx;
    private final @Nullable TableWatch watch;
    private final EventLog events;
    private final TableAlarm alarm = new TableAlarm();
    private volatile long dying;
    private boolean complained;

    private TableCare(Vertx vertx, @Nullable TableWatch watch, EventLog events) {
        this.vertx = vertx;
        this.watch = watch;
        this.events = events;
    }

    /** Begins; where the kernel has no connection tracking there is nothing to watch. */
    static TableCare begin(Vertx vertx, EventLog events) {
        try {
            TableWatch watch = TableWatch.open();
            TableCare care = new TableCare(vertx, watch, events);
            vertx.setPeriodic(0, INTERVAL_MILLIS, id -> care.check(watch));
            return care;
        } catch (IOException e) {
            events.warn("conntrack", "the kernel's table cannot be watched: " + e.getMessage());
            return new TableCare(vertx, null, events);
        }
    }

    /** The table now; the dying as of the last check. */
    Reading reading() {
        return watch == null ? Reading.NONE : watch.now(dying);
    }

    private void check(TableWatch opened) {
        vertx.executeBlocking(opened::read).onSuccess(this::tell).onFailure(this::complain);
    }

    private void tell(Reading reading) {
        complained = false;
        dying = reading.dying();
        alarm.onReading(reading).forEach(line -> events.warn("conntrack", line));
    }

    private void complain(Throwable failure) {
        if (!complained) {
            complained = true;
            events.warn("conntrack", "the kernel's table cannot be read: " + failure.getMessage());
        }
    }
}
