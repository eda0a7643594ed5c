// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RealTimeShareTest {
    private final RealTimeShare share = new RealTimeShare();
    private long nowNanos = -3;
    private long usedNanos = 7;

    /** Time passes, of which the thread uses a part; whether it may be ahead at the end. */
    private boolean run(long millis, int usedPercent) {
        for (long i = 0; i < millis; i++) {
            nowNanos += 1_000_000;
            usedNanos += 10_000L * usedPercent;
            if (share.isDue(nowNanos)) {
                share.look(nowNanos, usedNanos);
            }
        }
        return share.isAhead();
    }

    @Test
    void itIsAheadAfterACalmSecond() {
        assertThat(run(950, 20)).isFalse();
        assertThat(run(150, 20)).isTrue();
        assertThat(run(10_000, 49)).isTrue();
    }

    @Test
    void itIsLikeOthersFromTheFirstWindowOnInWhichItUsesMuch() {
        run(2_000, 10);
        assertThat(run(40, 90)).isTrue();
        assertThat(run(60, 90)).isFalse();
        assertThat(run(900, 10)).isFalse();
        assertThat(run(250, 10)).isTrue();
    }

    @Test
    void aThreadThatSleptForLongIsJudgedByAllOfThatTime() {
        run(2_000, 10);
        nowNanos += 3_600_000_000_000L;
        usedNanos += 1_000_000;
        assertThat(share.isDue(nowNanos)).isTrue();
        assertThat(share.look(nowNanos, usedNanos)).isTrue();
    }
}
