// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BurstPaceTest {
    private static final long PAUSE = 1_000_000;
    private static final long LONG_AGO = Long.MAX_VALUE - 10 * PAUSE;

    private final BurstPace pace = new BurstPace(PAUSE);

    @Test
    void whatComesAloneIsReadAtOnce() {
        assertThat(pace.pauseNanos(LONG_AGO, true)).isZero();
        assertThat(pace.pauseNanos(LONG_AGO + 2 * PAUSE, true)).isZero();
        assertThat(pace.pauseNanos(LONG_AGO + 4 * PAUSE, true)).isZero();
    }

    @Test
    void theFirstReadingFollowsNone() {
        assertThat(pace.pauseNanos(1, true)).isZero();
        assertThat(pace.pauseNanos(1 + PAUSE, true)).isEqualTo(PAUSE);
    }

    @Test
    void readingsThatFollowOneAnotherAreAPauseApart() {
        assertThat(pace.pauseNanos(LONG_AGO, true)).isZero();
        assertThat(pace.pauseNanos(LONG_AGO + 100, true)).isEqualTo(PAUSE);
        assertThat(pace.pauseNanos(LONG_AGO + 100 + PAUSE, true)).isEqualTo(PAUSE);
    }

    @Test
    void aReadingInVainEndsThePauses() {
        pace.pauseNanos(LONG_AGO, true);
        assertThat(pace.pauseNanos(LONG_AGO + 100, true)).isEqualTo(PAUSE);
        assertThat(pace.pauseNanos(LONG_AGO + 100 + PAUSE, false)).isZero();
        assertThat(pace.pauseNanos(LONG_AGO + 3 * PAUSE, true)).isZero();
    }

    @Test
    void whatIsLeftIsReadWithoutAPause() {
        pace.pauseNanos(LONG_AGO, true);
        assertThat(pace.pauseNanos(LONG_AGO + 100, false)).isZero();
    }

    @Test
    void anotherPauseCountsFromTheNextReadingOn() {
        pace.pauseNanos(LONG_AGO, true);
        pace.setPauseNanos(PAUSE / 10);
        assertThat(pace.pauseNanos(LONG_AGO + PAUSE, true)).isZero();
        assertThat(pace.pauseNanos(LONG_AGO + PAUSE + 100, true)).isEqualTo(PAUSE / 10);
    }
}
