// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.metrics;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.daemon.web.WebCounter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** What is measured while the daemon runs, for {@code /metrics}. Any thread may add and read. */
public final class Measures {
    private final TransitionCounts transitions = new TransitionCounts();
    private final Distribution takeovers = Distribution.ofWaits();
    private final Distribution lateness = Distribution.ofDelays();
    private final Distribution acknowledgements = Distribution.ofDelays();
    private final CounterSet<WebCounter> web = new CounterSet<>(WebCounter.class);
    private final Map<String, Distribution> loops = new LinkedHashMap<>();
    private long bulkBeganNanos;
    private boolean bulkRuns;
    private OptionalLong lastBulkNanos = OptionalLong.empty();

    /** Changes of state. */
    public TransitionCounts transitions() {
        return transitions;
    }

    /** From the last advertisement of the master before to the first announcement of the addresses. */
    public Distribution takeovers() {
        return takeovers;
    }

    /** How long after its time an advertisement had left. */
    public Distribution lateness() {
        return lateness;
    }

    /** How far a peer's acknowledgements were behind, looked at now and then. */
    public Distribution acknowledgements() {
        return acknowledgements;
    }

    /** What came to the web pages, and what was refused; written to on their loop alone. */
    public CounterSet<WebCounter> web() {
        return web;
    }

    /** How long something waited until an event loop came to it. */
    public synchronized Distribution loop(String name) {
        return loops.computeIfAbsent(name, made -> Distribution.ofDelays());
    }

    synchronized Map<String, Distribution> loops() {
        return Map.copyOf(loops);
    }

    /** A bulk update is asked for; one that waits already goes on. */
    public synchronized void bulkBegan(long nowNanos) {
        if (!bulkRuns) {
            bulkRuns = true;
            bulkBeganNanos = nowNanos;
        }
    }

    /** It is whole, or given up. */
    public synchronized void bulkEnded(long nowNanos) {
        if (bulkRuns) {
            bulkRuns = false;
            lastBulkNanos = OptionalLong.of(nowNanos - bulkBeganNanos);
        }
    }

    /** How long the last one took; empty before the end of the first. */
    synchronized OptionalLong lastBulkNanos() {
        return lastBulkNanos;
    }
}
