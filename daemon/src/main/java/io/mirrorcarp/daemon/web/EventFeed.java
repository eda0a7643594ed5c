// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.daemon.control.Event;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.control.JsonText;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Sends what happens to every page that is open (server-sent events). Whoever reports an event only wakes the admin loop, however many pages there are;
 * an event is rendered once for all that are up to date. A page that does not read misses events, and is told how many.
 */
final class EventFeed {
    static final int MAXIMUM_STREAMS = 1200;

    private static final long TICK_MILLIS = 15_000;

    private final Vertx vertx;
    private final Context context;
    private final EventLog events;
    private final Connections connections;
    private final CounterSet<WebCounter> counts;
    /** Events are numbered anew with each start. */
    private final String life = Long.toHexString(System.currentTimeMillis());

    private final Set<PageStream> streams = new LinkedHashSet<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Runnable wake = this::wake;
    private @Nullable Long timer;

    EventFeed(Vertx vertx, EventLog events, Connections connections, CounterSet<WebCounter> counts) {
        this.connections = connections;
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.events = events;
        this.counts = counts;
    }

    /**
     * Begins a stream.
     *
     * @param count how many of the latest events come first, unless the browser comes back and says which it had last
     */
    void open(HttpServerRequest request, Caller caller, int count) throws Refusal {
        if (request.method().equals(HttpMethod.HEAD)) {
            PageStream.head(request.response()).end();
            return;
        }
        if (streams.size() >= MAXIMUM_STREAMS) {
            throw new Refusal(503, WebCounter.TOO_MANY, "there are " + MAXIMUM_STREAMS + " event streams already");
        }
        List<Event> latest = events.last(EventLog.CAPACITY);
        long newest = latest.isEmpty() ? 0 : latest.get(latest.size() - 1).sequence();
        long after = resumedAfter(request.getHeader("Last-Event-ID"), newest, Math.max(0, newest - count));
        PageStream stream = new PageStream(request.response(), caller.stays(), after, this::write);
        if (streams.isEmpty()) {
            events.follow(wake);
            timer = vertx.setPeriodic(TICK_MILLIS, id -> tick());
        }
        streams.add(stream);
        connections.streams(request.connection());
        request.response().closeHandler(closed -> close(stream));
        counts.increment(WebCounter.STREAMS);
        stream.begin();
        write(stream);
    }

    private long resumedAfter(@Nullable String lastId, long newest, long otherwise) {
        if (lastId == null || !lastId.startsWith(life + "-")) {
            return otherwise;
        }
        try {
            long sequence = Long.parseLong(lastId.substring(life.length() + 1));
            return sequence < 0 || sequence > newest ? otherwise : sequence;
        } catch (NumberFormatException expected) {
            return otherwise;
        }
    }

    private void wake() {
        if (woken.compareAndSet(false, true)) {
            context.runOnContext(now -> {
                woken.set(false);
                writeAll();
            });
        }
    }

    /** Most streams have had the same last event: what they lack is rendered once. */
    private void writeAll() {
        Batch batch = new Batch(-1, -1, "");
        for (PageStream stream : new ArrayList<>(streams)) {
            if (stream.isWritable()) {
                if (stream.lastSequence() != batch.after()) {
                    batch = render(stream.lastSequence());
                }
                stream.write(batch.text(), batch.newest());
            }
        }
    }

    private void write(PageStream stream) {
        if (stream.isWritable()) {
            Batch batch = render(stream.lastSequence());
            stream.write(batch.text(), batch.newest());
        }
    }

    /** What came after an event, up to the newest. */
    private record Batch(long after, long newest, String text) {}

    private Batch render(long after) {
        List<Event> fresh = events.after(after);
        if (fresh.isEmpty()) {
            return new Batch(after, after, "");
        }
        StringBuilder text = new StringBuilder();
        long missed = fresh.get(0).sequence() - after - 1;
        if (missed > 0) {
            text.append("event: missed\ndata: ").append(missed).append("\n\n");
        }
        for (Event event : fresh) {
            text.append("id: ")
                    .append(life)
                    .append('-')
                    .append(event.sequence())
                    .append('\n');
            text.append("data: ").append(JsonText.event(event)).append('\n');
        }
        return new Batch(after, fresh.get(fresh.size() - 1).sequence(), text.toString());
    }

    /** Keeps the connections open through firewalls, and ends those that may no longer be. */
    private void tick() {
        for (PageStream stream : new ArrayList<>(streams)) {
            if (!stream.tick()) {
                counts.increment(WebCounter.TOO_SLOW);
                close(stream);
            }
        }
    }

    private void close(PageStream stream) {
        streams.remove(stream);
        stream.close();
        if (streams.isEmpty() && timer != null) {
            events.unfollow(wake);
            vertx.cancelTimer(timer);
            timer = null;
        }
    }

    /** Ends all of them. */
    void close() {
        new ArrayList<>(streams).forEach(this::close);
    }
}
