// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.notify;

import io.mirrorcarp.daemon.config.NotifyConfiguration;
import io.mirrorcarp.daemon.control.EventLog;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Tells the notices of one [[notify]] table, one after the other, on a thread of its own that ends when it is closed. One that is not taken is tried again a few times. */
final class Courier implements AutoCloseable {
    /** As many notices may wait; later ones are dropped and reported. */
    static final int QUEUE_LENGTH = 64;

    private static final String SUBJECT = "notify";

    private final NotifyConfiguration settings;
    private final List<Long> pausesMillis;
    private final EventLog events;
    private final Sender sender;
    private final BlockingQueue<Notice> queue = new ArrayBlockingQueue<>(QUEUE_LENGTH);
    private final AtomicBoolean dropping = new AtomicBoolean();
    private final Thread thread = new Thread(this::run, "notify");

    /**
     * Starts the thread.
     *
     * @param pausesMillis before the second attempt, the third and so on
     * @param means by which it is told
     */
    Courier(NotifyConfiguration settings, List<Long> pausesMillis, Sender.Means means, EventLog events) {
        this.settings = settings;
        this.pausesMillis = List.copyOf(pausesMillis);
        this.events = events;
        sender = new Sender(settings, means);
        thread.setDaemon(true);
        thread.start();
    }

    /** Has it told, if it is of the kinds that are wanted. Any thread; returns at once. */
    void post(Notice notice) {
        if (!settings.on().contains(notice.kind())) {
            return;
        }
        if (queue.offer(notice)) {
            dropping.set(false);
        } else if (!dropping.getAndSet(true)) {
            events.warn(SUBJECT, what() + ": dropped \"" + notice.message() + "\": " + QUEUE_LENGTH + " notices wait");
        }
    }

    private String what() {
        return settings.way().text() + " " + settings.target();
    }

    private void run() {
        try {
            while (true) {
                deliver(queue.take());
            }
        } catch (InterruptedException expected) {
            // It is closed.
        }
    }

    private void deliver(Notice notice) throws InterruptedException {
        @Nullable String problem = null;
        for (int attempt = 0; attempt <= pausesMillis.size(); attempt++) {
            if (attempt > 0) {
                Thread.sleep(pausesMillis.get(attempt - 1));
            }
            Optional<String> failure = sender.send(notice);
            if (failure.isEmpty()) {
                return;
            }
            problem = failure.get();
        }
        events.warn(
                SUBJECT,
                what() + ": given up \"" + notice.message() + "\" after " + (pausesMillis.size() + 1) + " attempts: "
                        + problem);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
