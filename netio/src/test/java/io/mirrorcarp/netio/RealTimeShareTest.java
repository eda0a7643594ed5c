// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RealTimeShareTest {
    private static final long MILLI_NANOS = 1_000_000;

    private final RealTimeShare share = new RealTimeShare();
    private long nowNanos = -3;
    private long usedNanos = 7;
    private boolean ahead;
    private int looks;

    /** Time passes, of which the thread uses a part; whether it may be ahead at the end. */
    private boolean run(long millis, int usedPercent) {
        long end = nowNanos + millis * MILLI_NANOS;
        while (nowNanos < end) {
            ahead = share.look(nowNanos, usedNanos);
            looks++;
            long pause = share.pauseNanos();
            nowNanos += pause;
            usedNanos += pause * usedPercent / 100;
        }
        return ahead;
    }

    @Test
    void aThreadThatWorksAndLeavesHalfToOthersIsAhead() {
        assertThat(run(240, 20)).as("before anything is known").isFalse();
        assertThat(run(300, 20)).isTrue();
        assertThat(run(10_000, 49)).isTrue();
    }

    @Test
    void oneThatUsesMoreThanHalfIsNot() {
        assertThat(run(5_000, 60)).isFalse();
        run(1_000, 20);
        assertThat(run(600, 60)).isFalse();
    }

    @Test
    void oneThatNeverSleepsIsNotFromTheNextLookOn() {
        assertThat(run(1_000, 20)).isTrue();
        assertThat(run(11, 100)).isFalse();
        assertThat(run(230, 20)).as("it was just a moment ago").isFalse();
        assertThat(run(600, 20)).isTrue();
    }

    @Test
    void anIdleOneIsNotAndIsLookedAtRarely() {
        run(1_000, 20);
        looks = 0;
        assertThat(run(10_000, 0)).isFalse();
        assertThat(looks).as("four a second, but for the first window").isLessThan(100);
        looks = 0;
        run(10_000, 0);
        assertThat(looks).isLessThanOrEqualTo(41);
    }

    /** The machine slept. */
    @Test
    void aLongTimeBetweenTwoLooksIsJudgedAsAWhole() {
        run(1_000, 20);
        nowNanos += 3_600_000 * MILLI_NANOS;
        usedNanos += MILLI_NANOS;
        assertThat(share.look(nowNanos, usedNanos)).isFalse();
    }
}
