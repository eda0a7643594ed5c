// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Time that passes only from one event to the next. Events of the same time keep their order. */
final class VirtualClock {
    private record Event(long atNanos, long order, Runnable action) {}

    /** Whoever has a deadline of its own. */
    interface Sleeper {
        long nextDeadlineNanos();

        void onDeadline();
    }

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
    private final List<Sleeper> sleepers = new ArrayList<>();
    private Runnable afterEach = () -> {};
    private long nowNanos;
    private long order;

    long nowNanos() {
        return nowNanos;
    }

    void add(Sleeper sleeper) {
        sleepers.add(sleeper);
    }

    /** Something to look at whenever anything happened. */
    void afterEach(Runnable watcher) {
        afterEach = watcher;
    }

    void at(long atNanos, Runnable action) {
        events.add(new Event(Math.max(atNanos, nowNanos), order++, action));
    }

    void runUntil(long endNanos) {
        while (true) {
            Sleeper first = null;
            long next = events.isEmpty() ? Long.MAX_VALUE : events.element().atNanos;
            for (Sleeper sleeper : sleepers) {
                if (sleeper.nextDeadlineNanos() < next) {
                    next = sleeper.nextDeadlineNanos();
                    first = sleeper;
                }
            }
            if (next > endNanos) {
                break;
            }
            nowNanos = Math.max(next, nowNanos);
            if (first == null) {
                events.remove().action.run();
            } else {
                first.onDeadline();
            }
            afterEach.run();
        }
        nowNanos = endNanos;
    }
}
