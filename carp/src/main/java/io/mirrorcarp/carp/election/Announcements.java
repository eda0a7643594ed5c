// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/** When a master announces its addresses: at once, twice more a second apart, and then at the refresh interval, if any. */
final class Announcements {
    static final int REPEATS = 3;
    static final long SPACING_NANOS = 1_000_000_000;

    /** Whoever comes and goes cannot make a master announce more often than so. */
    static final long SHORTEST_SPACING_NANOS = 250_000_000;

    private long dueNanos = CarpInstance.NEVER;
    private int made;
    private long lastNanos;

    /** A new series, the first of it now. */
    void begin(long nowNanos) {
        made = 0;
        dueNanos = nowNanos;
    }

    /** Another master was heard, whom neighbours may have believed: a new series, unless one is running. */
    void beginUnlessRunning(long nowNanos) {
        if (made >= REPEATS) {
            begin(nowNanos);
        }
    }

    /** Another master fell silent: a new series, whatever is running, and the first of it as soon as may be. */
    void beginSoon(long nowNanos) {
        made = 0;
        dueNanos = Math.max(nowNanos, lastNanos + SHORTEST_SPACING_NANOS);
    }

    void stop() {
        dueNanos = CarpInstance.NEVER;
    }

    /** Counts one made now, sets the time of the next, and gives its number. */
    int made(long nowNanos, long refreshNanos) {
        made++;
        lastNanos = nowNanos;
        if (made < REPEATS) {
            dueNanos = nowNanos + SPACING_NANOS;
        } else {
            dueNanos = refreshNanos == 0 ? CarpInstance.NEVER : nowNanos + refreshNanos;
        }
        return made;
    }

    long dueNanos() {
        return dueNanos;
    }
}
