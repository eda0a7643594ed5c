// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThrottleTest {
    private static final long START = Long.parseLong("9223372036854775802");
    private static final long MINUTE = Throttle.FIRST_LOCK_NANOS;

    private final Throttle throttle = new Throttle(3);

    @Test
    void whoeverGoesOnGuessingWaitsLongerEachTime() {
        throttle.failed("a", START);
        throttle.failed("a", START);
        assertThat(throttle.lockedNanos("a", START)).isZero();
        throttle.failed("a", START);
        assertThat(throttle.lockedNanos("a", START)).isEqualTo(MINUTE);
        assertThat(throttle.lockedNanos("a", START + MINUTE)).isZero();
        assertThat(throttle.lockedNanos("b", START)).as("another").isZero();
        long now = START;
        for (long minutes : new long[] {2, 4, 8, 15, 15}) {
            now += 15 * MINUTE;
            throttle.failed("a", now);
            assertThat(throttle.lockedNanos("a", now)).isEqualTo(minutes * MINUTE);
        }
    }

    @Test
    void aSuccessOrAnHourForgets() {
        throttle.failed("a", START);
        throttle.failed("a", START);
        throttle.succeeded("a");
        throttle.failed("a", START);
        assertThat(throttle.lockedNanos("a", START)).isZero();
        throttle.failed("b", START);
        throttle.failed("b", START);
        throttle.failed("b", START + Throttle.MEMORY_NANOS);
        assertThat(throttle.lockedNanos("b", START + Throttle.MEMORY_NANOS)).isZero();
    }

    @Test
    void strangersFillNoMemory() {
        for (int i = 0; i < 10 * Throttle.MAXIMUM; i++) {
            for (int n = 0; n < 3; n++) {
                throttle.failed("stranger" + i, START);
            }
        }
        assertThat(throttle.lockedNanos("stranger0", START)).as("forgotten").isZero();
        assertThat(throttle.lockedNanos("stranger" + (10 * Throttle.MAXIMUM - 1), START))
                .isEqualTo(MINUTE);
    }
}
