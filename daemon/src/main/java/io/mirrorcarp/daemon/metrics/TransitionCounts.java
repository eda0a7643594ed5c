// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.metrics;

import java.util.Map;
import java.util.TreeMap;

/** How often the virtual hosts changed their state, by where they went and why. Any thread may count and read. */
public final class TransitionCounts {
    /**
     * One kind of change.
     *
     * @param to the state after it, in lower case
     * @param reason why, in words
     */
    public record Transition(String name, int vhid, String carpdev, String to, String reason)
            implements Comparable<Transition> {
        @Override
        public int compareTo(Transition other) {
            return toString().compareTo(other.toString());
        }
    }

    private final Map<Transition, Long> counts = new TreeMap<>();

    /** Counts one. */
    public synchronized void count(Transition transition) {
        counts.merge(transition, 1L, Long::sum);
    }

    /** All that were counted. */
    public synchronized Map<Transition, Long> values() {
        return Map.copyOf(counts);
    }
}
