// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** One value per {@link ConntrackCounter}. Written by the replication loop alone, read by any thread. */
public final class ConntrackCounters {
    private final Map<ConntrackCounter, AtomicLong> values = new EnumMap<>(ConntrackCounter.class);

    ConntrackCounters() {
        for (ConntrackCounter counter : ConntrackCounter.values()) {
            values.put(counter, new AtomicLong());
        }
    }

    /** Adds one. */
    void increment(ConntrackCounter counter) {
        AtomicLong value = of(counter);
        value.lazySet(value.getPlain() + 1);
    }

    /** The count since start. */
    public long value(ConntrackCounter counter) {
        return of(counter).get();
    }

    private AtomicLong of(ConntrackCounter counter) {
        return Objects.requireNonNull(values.get(counter));
    }
}
