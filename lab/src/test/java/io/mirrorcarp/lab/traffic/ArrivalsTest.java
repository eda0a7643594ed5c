// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class ArrivalsTest {
    @Test
    void theLongestGapIsBetweenTheTwoArrivalsFarthestApart() {
        Arrivals arrivals = arrivals(10, 20, 90, 100);

        assertThat(arrivals.longestGap(101)).isEqualTo(new Arrivals.Gap(20, 90));
        assertThat(arrivals.longestGap(101).nanos()).isEqualTo(70);
    }

    @Test
    void silenceUntilTheEndOfWatchingIsAGapToo() {
        assertThat(arrivals(10, 20, 90, 100).longestGap(500)).isEqualTo(new Arrivals.Gap(100, 500));
    }

    @Test
    void timesMayWrapAround() {
        Arrivals arrivals = arrivals(Long.MAX_VALUE - 5, Long.MIN_VALUE + 5, Long.MIN_VALUE + 6);

        assertThat(arrivals.longestGap(Long.MIN_VALUE + 7).nanos()).isEqualTo(11);
        assertThat(arrivals.firstAfter(Long.MAX_VALUE - 5)).hasValue(Long.MIN_VALUE + 5);
    }

    @Test
    void nothingThatCameHasNoGap() {
        assertThat(new Arrivals().longestGap(7).nanos()).isZero();
        assertThat(new Arrivals().firstAfter(0)).isEqualTo(OptionalLong.empty());
    }

    @Test
    void theFirstArrivalAfterAnInstantIsStrictlyAfterIt() {
        Arrivals arrivals = arrivals(10, 20, 30);

        assertThat(arrivals.firstAfter(10)).hasValue(20);
        assertThat(arrivals.firstAfter(30)).isEmpty();
    }

    @Test
    void moreArrivalsThanTheFirstBufferHoldsAreKept() {
        Arrivals arrivals = new Arrivals();
        for (int i = 0; i < 5000; i++) {
            arrivals.add(i, 2);
        }
        assertThat(arrivals.size()).isEqualTo(5000);
        assertThat(arrivals.bytes()).isEqualTo(10_000);
        assertThat(arrivals.lastNanos()).isEqualTo(4999);
    }

    private static Arrivals arrivals(long... nanos) {
        Arrivals arrivals = new Arrivals();
        for (long at : nanos) {
            arrivals.add(at, 1);
        }
        return arrivals;
    }
}
