// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Asks the node at most so often, however many pages ask: those that come while an answer is awaited, or shortly after, share it. A snapshot is made on
 * the loop of the election, which is not theirs to keep busy. What was asked before the latest event is not shared: a page that asks on account of the event would be told how things were before.
 *
 * @param <Q> a question; equal ones have one answer
 */
final class RecentAnswers<Q> {
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    /** There are few questions; one with many faces, such as a filter of states, must not be kept. */
    private static final int MAXIMUM = 16;

    private final Function<Q, Future<String>> node;
    private final LongSupplier latestEvent;
    private final Map<Q, Asked> asked = new HashMap<>();

    private record Asked(long event, long nanos, Future<String> answer) {}

    /**
     * @param node answers what changes nothing
     * @param latestEvent the sequence of the latest event
     */
    RecentAnswers(Function<Q, Future<String>> node, LongSupplier latestEvent) {
        this.node = node;
        this.latestEvent = latestEvent;
    }

    Future<String> ask(Q question) {
        long nowNanos = System.nanoTime();
        long event = latestEvent.getAsLong();
        Asked before = asked.get(question);
        if (before != null
                && before.event() == event
                && (!before.answer().isComplete() || nowNanos - before.nanos() < FRESH_NANOS)) {
            return before.answer();
        }
        if (asked.size() >= MAXIMUM) {
            asked.clear();
        }
        Asked now = new Asked(event, nowNanos, node.apply(question));
        asked.put(question, now);
        return now.answer();
    }
}
