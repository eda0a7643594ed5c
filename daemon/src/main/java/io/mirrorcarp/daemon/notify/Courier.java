// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.notify;

import io.mirrorcarp.daemon.config.NotifyConfiguration;
import io.mirrorcarp.daemon.control.EventLog;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Tells the notices of one [[notify]] table, one after the other, on a thread of its own that ends when it is closed. One that is not taken is tried again a few times. That notices
 * are lost is said once, and once more when one is taken again.
 */
final class Courier implements AutoCloseable {
    /** As many notices may wait; later ones are dropped and reported. */
    static final int QUEUE_LENGTH = 64;

    private static final String SUBJECT = "notify";

    private final NotifyConfiguration settings;
    private final List<Long> pausesMillis;
    private final EventLog events;
    private final Sender sender;
    private final BlockingQueue<Notice> queue = new ArrayBlockingQueue<>(QUEUE_LENGTH);
    /** Since one was taken. */
    private final AtomicInteger lost = new AtomicInteger();

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
        if (!queue.offer(notice)) {
            lose("dropped \"" + notice.message() + "\": " + QUEUE_LENGTH + " notices wait");
        }
    }

    private void lose(String sentence) {
        if (lost.getAndIncrement() == 0) {
            events.warn(SUBJECT, what() + ": " + sentence + "; of others it is said when one is taken again");
        }
    }

    /** The path of a webhook may be what lets one in, as Slack's is: the log does not have it. */
    private String what() {
        String target = settings.target();
        if (settings.way() == NotifyConfiguration.Way.WEBHOOK) {
            URI uri = URI.create(target);
            target = uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
        }
        return settings.way().text() + " " + target;
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
                taken();
                return;
            }
            problem = failure.get();
        }
        lose("given up \"" + notice.message() + "\" after " + (pausesMillis.size() + 1) + " attempts: " + problem);
    }

    private void taken() {
        int before = lost.getAndSet(0);
        if (before > 0) {
            events.report(
                    SUBJECT,
                    what() + ": notices are taken again, " + before + (before == 1 ? " was" : " were") + " not told");
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
