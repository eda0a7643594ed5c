// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.counter;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One number for each counter of an enum, all 0 at first. One thread writes, any may read. Counting allocates nothing and
 * takes no lock.
 */
public final class CounterSet<E extends Enum<E> & Counter> {
    private final Class<E> counters;
    private final EnumMap<E, AtomicLong> numbers;

    public CounterSet(Class<E> counters) {
        this.counters = counters;
        numbers = new EnumMap<>(counters);
        EnumSet.allOf(counters).forEach(counter -> numbers.put(counter, new AtomicLong()));
    }

    /** Adds one. */
    public void increment(E counter) {
        add(counter, 1);
    }

    /** Adds {@code count}. */
    public void add(E counter, long count) {
        AtomicLong number = number(counter);
        // With one writer no atomic addition is needed, and readers may see it a moment later.
        number.lazySet(number.getPlain() + count);
    }

    /** The count since the start. */
    public long value(E counter) {
        return number(counter).get();
    }

    /** A copy of all, in the order of the enum. */
    public Map<E, Long> values() {
        EnumMap<E, Long> values = new EnumMap<>(counters);
        numbers.forEach((counter, number) -> values.put(counter, number.get()));
        return values;
    }

    private AtomicLong number(E counter) {
        return Objects.requireNonNull(numbers.get(counter));
    }
}
