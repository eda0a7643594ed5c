// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.access;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Locks out who guesses. After so many failures without a success in between, the next try is refused for a minute, then for twice as long each time, up
 * to a quarter of an hour. What is known of one key is forgotten an hour after its last failure. Time is that of {@code System.nanoTime()}.
 */
public final class Throttle {
    static final long FIRST_LOCK_NANOS = 60L * 1_000_000_000;
    static final long LONGEST_LOCK_NANOS = 15 * FIRST_LOCK_NANOS;
    static final long MEMORY_NANOS = 60 * FIRST_LOCK_NANOS;
    /** The one that failed longest ago is forgotten before there are more. */
    static final int MAXIMUM = 1024;

    private final Map<String, Failures> byKey = new LinkedHashMap<>();
    private final int free;

    private record Failures(int count, long lastNanos, long lockedUntilNanos) {}

    /** @param free how many failures have no consequence */
    public Throttle(int free) {
        this.free = free;
    }

    /** For how long this key is refused; 0 when it may try. */
    public long lockedNanos(String key, long nowNanos) {
        Failures failures = byKey.get(key);
        return failures == null ? 0 : Math.max(0, failures.lockedUntilNanos() - nowNanos);
    }

    /** It tried and failed. */
    public void failed(String key, long nowNanos) {
        Failures before = byKey.remove(key);
        int count = before != null && nowNanos - before.lastNanos() < MEMORY_NANOS ? before.count() + 1 : 1;
        long lock = count < free ? 0 : Math.min(LONGEST_LOCK_NANOS, FIRST_LOCK_NANOS << Math.min(10, count - free));
        if (byKey.size() >= MAXIMUM) {
            byKey.remove(byKey.keySet().iterator().next());
        }
        byKey.put(key, new Failures(count, nowNanos, nowNanos + lock));
    }

    /** It tried and was right. */
    public void succeeded(String key) {
        byKey.remove(key);
    }
}
