// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.mirrorcarp.proto.control.Request;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;

/** Answers {@code events}: the latest events, then each new one as it happens. */
final class EventStream {
    private final ControlConnection connection;
    private final EventLog events;
    private final Context context;
    private final boolean follow;
    private final boolean json;
    private final int count;
    private long lastSequence;
    private boolean writing;

    EventStream(Vertx vertx, ControlConnection connection, EventLog events, Request.Events asked)
            throws CommandFailure {
        this.connection = connection;
        this.events = events;
        this.context = vertx.getOrCreateContext();
        this.follow = asked.getFollow();
        this.json = asked.getJson();
        this.count = WholeNumber.check("--count", asked.getCount(), 0, EventLog.CAPACITY);
    }

    void start() {
        List<Event> latest = events.last(EventLog.CAPACITY);
        List<Event> shown = latest.subList(Math.max(0, latest.size() - count), latest.size());
        lastSequence = latest.isEmpty() ? 0 : latest.get(latest.size() - 1).sequence();
        String text = render(shown);
        if (!follow) {
            connection.finish(text, "", ExitStatus.OK);
            return;
        }
        connection.write(text);
        Runnable wake = () -> context.runOnContext(now -> writeNew());
        events.follow(wake);
        connection.onClose(() -> events.unfollow(wake));
        connection.onDrain(this::writeNew);
        writeNew();
    }

    /**
     * A reader that is too slow misses events, and is told how many. What waits for it is one answer at most, so the memory stays bounded: whether
     * the queue of the socket is full is known too late for that.
     */
    private void writeNew() {
        if (writing || !connection.isWritable()) {
            return;
        }
        List<Event> fresh = events.after(lastSequence);
        if (fresh.isEmpty()) {
            return;
        }
        long missed = fresh.get(0).sequence() - lastSequence - 1;
        lastSequence = fresh.get(fresh.size() - 1).sequence();
        String gap = missed == 0 || json ? "" : "(" + missed + " events were not read in time)\n";
        writing = true;
        connection
                .write(gap + render(fresh))
                .onSuccess(taken -> context.runOnContext(now -> {
                    writing = false;
                    writeNew();
                }));
    }

    private String render(List<Event> shown) {
        StringBuilder text = new StringBuilder();
        for (Event event : shown) {
            text.append(
                    json
                            ? JsonText.event(event)
                            : event.timeText() + "  " + event.subject() + ": " + event.message() + "\n");
        }
        return text.toString();
    }
}
