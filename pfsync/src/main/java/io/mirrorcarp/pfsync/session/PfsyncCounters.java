// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** One value per {@link PfsyncCounter}. Written by the replication loop alone, read by any thread. */
public final class PfsyncCounters {
    private final Map<PfsyncCounter, AtomicLong> values = new EnumMap<>(PfsyncCounter.class);

    public PfsyncCounters() {
        for (PfsyncCounter counter : PfsyncCounter.values()) {
            values.put(counter, new AtomicLong());
        }
    }

    /** Adds one. */
    public void increment(PfsyncCounter counter) {
        add(counter, 1);
    }

    /** Adds {@code count}. */
    public void add(PfsyncCounter counter, long count) {
        AtomicLong value = of(counter);
        value.lazySet(value.getPlain() + count);
    }

    /** The count since start. */
    public long value(PfsyncCounter counter) {
        return of(counter).get();
    }

    private AtomicLong of(PfsyncCounter counter) {
        return Objects.requireNonNull(values.get(counter));
    }
}
