// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StrangerLimitTest {
    private static final long SECOND = 1_000_000_000;

    private final StrangerLimit limit = new StrangerLimit();

    /** How many of so many a second are admitted in a second from this instant on. */
    private int admitted(int perSecond, long fromNanos) {
        int count = 0;
        for (int i = 0; i < perSecond; i++) {
            count += limit.admits(fromNanos + i * SECOND / perSecond) ? 1 : 0;
        }
        return count;
    }

    @Test
    void aFloodHasItsBurstAndThenItsRate() {
        long start = Long.MAX_VALUE - SECOND;
        assertThat(admitted(100_000, start)).isBetween(5_990, 6_001);
        assertThat(admitted(100_000, start + SECOND))
                .as("past the end of the clock's numbers")
                .isBetween(4_990, 5_010);
    }

    @Test
    void whoKeepsBelowItIsAlwaysAdmitted() {
        assertThat(admitted(4_900, 0)).isEqualTo(4_900);
        assertThat(admitted(4_900, SECOND)).isEqualTo(4_900);
    }
}
