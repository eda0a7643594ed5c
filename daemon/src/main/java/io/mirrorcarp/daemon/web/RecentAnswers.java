// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Asks the node at most so often, however many pages ask: those that come while an answer is awaited, or shortly after, share it. A snapshot is made on
 * the loop of the election, which is not theirs to keep busy.
 *
 * @param <Q> a question; equal ones have one answer
 */
final class RecentAnswers<Q> {
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    /** There are few questions; one with many faces, such as a filter of states, must not be kept. */
    private static final int MAXIMUM = 16;

    private final Function<Q, Future<String>> node;
    private final Map<Q, Asked> asked = new HashMap<>();

    private record Asked(long nanos, Future<String> answer) {}

    /** @param node answers what changes nothing */
    RecentAnswers(Function<Q, Future<String>> node) {
        this.node = node;
    }

    Future<String> ask(Q question) {
        long nowNanos = System.nanoTime();
        Asked before = asked.get(question);
        if (before != null && (!before.answer().isComplete() || nowNanos - before.nanos() < FRESH_NANOS)) {
            return before.answer();
        }
        if (asked.size() >= MAXIMUM) {
            asked.clear();
        }
        Asked now = new Asked(nowNanos, node.apply(question));
        asked.put(question, now);
        return now.answer();
    }
}
