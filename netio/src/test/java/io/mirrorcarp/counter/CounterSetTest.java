// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CounterSetTest {
    private static final int TIMES = 1_000_000;

    private final CounterSet<Fruit> set = new CounterSet<>(Fruit.class);

    private enum Fruit implements Counter {
        PEARS,
        APPLES;

        @Override
        public String label() {
            return name();
        }

        @Override
        public String words() {
            return name();
        }

        @Override
        public String help() {
            return name();
        }
    }

    @Test
    void everyCounterOfTheEnumIsThereAndBeginsAtZero() {
        assertThat(set.values()).containsExactly(entry(Fruit.PEARS, 0L), entry(Fruit.APPLES, 0L));
    }

    @Test
    void aCopyDoesNotFollow() {
        set.increment(Fruit.APPLES);
        Map<Fruit, Long> before = set.values();
        set.add(Fruit.APPLES, 41);
        assertThat(set.value(Fruit.APPLES)).isEqualTo(42);
        assertThat(set.value(Fruit.PEARS)).isZero();
        assertThat(before).containsEntry(Fruit.APPLES, 1L);
    }

    @Test
    void countingAllocatesNothing() {
        count();
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        count();
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as("bytes for " + TIMES + " counts")
                .isLessThan(TIMES / 10);
        assertThat(set.value(Fruit.PEARS)).isEqualTo(2L * TIMES);
    }

    private void count() {
        for (int i = 0; i < TIMES; i++) {
            set.increment(Fruit.PEARS);
        }
    }
}
