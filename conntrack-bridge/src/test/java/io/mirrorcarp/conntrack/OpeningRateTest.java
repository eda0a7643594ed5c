// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpeningRateTest {
    private static final long STEP_NANOS = 1_000_000;

    private final OpeningRate rate = new OpeningRate();
    private long nowNanos = -5;

    /** Connections open evenly, and are counted each millisecond; whether the rate was high, and stayed so or low, at the end. */
    private boolean run(int perSecond, long millis) {
        long opened = 0;
        for (long i = 1; i <= millis; i++) {
            nowNanos += STEP_NANOS;
            for (; opened < i * perSecond / 1_000; opened++) {
                rate.onOpening();
            }
            rate.isHigh(nowNanos);
        }
        return rate.isHigh(nowNanos);
    }

    @Test
    void itIsLowUntilEnoughConnectionsOpenInASecond() {
        assertThat(run(OpeningRate.HIGH_PER_SECOND - 100, 5_000)).isFalse();
        assertThat(run(OpeningRate.HIGH_PER_SECOND + 100, 600)).isTrue();
    }

    @Test
    void aPauseOfTheReaderIsNoFlood() {
        run(5_000, 1_000);
        nowNanos += 400 * STEP_NANOS;
        for (int i = 0; i < 2_000; i++) {
            rate.onOpening();
        }
        assertThat(rate.isHigh(nowNanos)).isFalse();
        assertThat(run(5_000, 1_000)).isFalse();
    }

    @Test
    void whatAReaderThatStoodStillCatchesUpWithIsNoFlood() {
        run(5_000, 1_000);
        nowNanos += 400 * STEP_NANOS;
        // The first look ends the window of the pause; the rest of what waited comes within the next.
        rate.isHigh(nowNanos);
        for (int i = 0; i < 2_000; i++) {
            rate.onOpening();
        }
        assertThat(run(5_000, 1_000)).isFalse();
    }

    @Test
    void itIsHighUntilItWasLowForLong() {
        run(20_000, 1_000);
        assertThat(run(OpeningRate.LOW_PER_SECOND + 100, 20_000)).isTrue();
        long nearlyLow = OpeningRate.LOW_NANOS / STEP_NANOS - OpeningRate.WINDOW_NANOS / STEP_NANOS;
        assertThat(run(0, nearlyLow)).isTrue();
        assertThat(run(0, 2 * OpeningRate.WINDOW_NANOS / STEP_NANOS)).isFalse();
    }

    @Test
    void whatCameBeforeALongSilenceIsForgotten() {
        run(20_000, 200);
        nowNanos += OpeningRate.LOW_NANOS;
        assertThat(run(5_000, 1_000)).isFalse();
    }
}
