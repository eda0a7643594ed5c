// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/**
 * Logs what happened, and keeps the latest for {@code carpctl events}. Any thread may report. Each follower is called on the thread
 * that reports, and must only wake its own loop.
 */
public final class EventLog {
    public static final int CAPACITY = 1000;

    private final Clock clock;
    private final ArrayDeque<Event> latest = new ArrayDeque<>(CAPACITY);
    private final List<Runnable> followers = new CopyOnWriteArrayList<>();
    private long sequence;

    public EventLog(Clock clock) {
        this.clock = clock;
    }

    /** Logs {@code subject: message} at level INFO and keeps it. */
    public void report(String subject, String message) {
        LoggerFactory.getLogger(subject).info(message);
        keep(subject, message);
    }

    /** Logs {@code subject: message} at level WARN and keeps it. */
    public void warn(String subject, String message) {
        LoggerFactory.getLogger(subject).warn(message);
        keep(subject, message);
    }

    /** Keeps what was logged elsewhere. */
    public void keep(String subject, String message) {
        keep(subject, message, Map.of());
    }

    /**
     * Keeps what was logged elsewhere.
     *
     * @param facts see {@link Event#facts}
     */
    public void keep(String subject, String message, Map<String, Object> facts) {
        synchronized (latest) {
            if (latest.size() == CAPACITY) {
                latest.removeFirst();
            }
            sequence++;
            latest.addLast(new Event(sequence, clock.instant(), subject, message, facts));
        }
        followers.forEach(Runnable::run);
    }

    /** The sequence of the latest event, 0 before the first one. */
    public long latestSequence() {
        synchronized (latest) {
            return sequence;
        }
    }

    /** The latest events, oldest first, at most that many. */
    public List<Event> last(int count) {
        synchronized (latest) {
            List<Event> events = new ArrayList<>(latest);
            return List.copyOf(events.subList(Math.max(0, events.size() - count), events.size()));
        }
    }

    /** The events after this one that are still kept, oldest first. */
    public List<Event> after(long lastSequence) {
        synchronized (latest) {
            return latest.stream()
                    .filter(event -> event.sequence() > lastSequence)
                    .toList();
        }
    }

    /** Calls it after each event, on the thread that reports: see above. */
    public void follow(Runnable follower) {
        followers.add(follower);
    }

    /** Ends {@link #follow}. */
    public void unfollow(Runnable follower) {
        followers.remove(follower);
    }

    boolean hasFollowers() {
        return !followers.isEmpty();
    }
}
