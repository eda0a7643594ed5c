// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.notify;

import io.mirrorcarp.daemon.config.NotifyConfiguration;
import io.mirrorcarp.daemon.config.NotifyConfiguration.Kind;
import io.mirrorcarp.daemon.control.DaemonCommands;
import io.mirrorcarp.daemon.control.Event;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.control.Status;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches what happens, for the [[notify]] tables: changes of state and the doctor's findings as the event log has them, and the readiness each second while a table
 * wants that. Without a table nothing runs.
 */
public final class Notifications {
    private static final List<Long> PAUSES_MILLIS = List.of(1_000L, 5_000L, 25_000L);
    private static final long READY_MILLIS = TimeUnit.SECONDS.toMillis(1);

    /** A readiness that lasts is told: at a failover it comes and goes. */
    private static final int TIMES = 3;

    private final Vertx vertx;
    private final Supplier<String> node;
    private final DaemonCommands daemon;
    private final EventLog events;
    private final List<Long> pausesMillis;
    private final Sender.Means means;
    private final Runnable onEvent = this::onEvent;
    private volatile List<Courier> couriers = List.of();
    private long lastSequence;
    private @Nullable Long timer;
    private @Nullable Boolean toldReady;
    private int times;

    /**
     * Watches nothing until {@link #change}.
     *
     * @param node this node's name at the time
     */
    public Notifications(Vertx vertx, Supplier<String> node, DaemonCommands daemon, EventLog events) {
        this(vertx, node, daemon, events, PAUSES_MILLIS, Sender.Means.OF_HOST);
    }

    Notifications(
            Vertx vertx,
            Supplier<String> node,
            DaemonCommands daemon,
            EventLog events,
            List<Long> pausesMillis,
            Sender.Means means) {
        this.vertx = vertx;
        this.node = node;
        this.daemon = daemon;
        this.events = events;
        this.pausesMillis = pausesMillis;
        this.means = means;
    }

    /** These tables are served from now on. */
    public synchronized void change(List<NotifyConfiguration> settings) {
        close();
        List<Courier> made = new ArrayList<>();
        settings.forEach(one -> made.add(new Courier(one, pausesMillis, means, events)));
        couriers = List.copyOf(made);
        if (couriers.isEmpty()) {
            return;
        }
        lastSequence = events.last(1).stream().mapToLong(Event::sequence).max().orElse(0);
        events.follow(onEvent);
        if (settings.stream().anyMatch(one -> one.on().contains(Kind.READY))) {
            timer = vertx.setPeriodic(READY_MILLIS, id -> daemon.status().onSuccess(this::onStatus));
        }
    }

    /** Serves none. What still waits is not told. */
    public synchronized void close() {
        events.unfollow(onEvent);
        if (timer != null) {
            vertx.cancelTimer(timer);
            timer = null;
        }
        couriers.forEach(Courier::close);
        couriers = List.of();
    }

    /** On whatever thread reported, which may be the election's: only hands over. */
    private void onEvent() {
        for (Event event : news()) {
            kind(event)
                    .ifPresent(kind ->
                            post(new Notice(kind, node.get(), event.timeText(), event.message(), event.facts())));
        }
    }

    private synchronized List<Event> news() {
        List<Event> news = events.after(lastSequence);
        if (!news.isEmpty()) {
            lastSequence = news.get(news.size() - 1).sequence();
        }
        return news;
    }

    private static Optional<Kind> kind(Event event) {
        if ("state".equals(event.facts().get("type"))) {
            return Optional.of(Kind.STATE);
        }
        return event.subject().equals("doctor") ? Optional.of(Kind.DOCTOR) : Optional.empty();
    }

    private synchronized void onStatus(Status status) {
        boolean ready = status.failoverReady();
        if (toldReady != null && toldReady == ready) {
            times = 0;
            return;
        }
        times++;
        if (times < TIMES) {
            return;
        }
        times = 0;
        boolean first = toldReady == null;
        toldReady = ready;
        if (first && ready) {
            // So it was before anybody looked.
            return;
        }
        String sentence = ready
                ? "ready to fail over"
                : "not ready to fail over: " + String.join("; ", status.failoverBlockedBy());
        post(new Notice(Kind.READY, node.get(), Instant.now().toString(), sentence, Map.of("ready", ready)));
    }

    private void post(Notice notice) {
        couriers.forEach(courier -> courier.post(notice));
    }
}
