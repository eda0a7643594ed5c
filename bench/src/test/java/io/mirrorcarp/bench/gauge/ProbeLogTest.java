// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.gauge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProbeLogTest {
    private final ProbeLog log = new ProbeLog();

    /** Probes at 0, 2, 4 ... ms; those from {@code lostFrom} to {@code lostTo} - 1 are not answered. */
    private void probe(int count, int lostFrom, int lostTo) {
        for (int i = 0; i < count; i++) {
            int number = log.ask(i * 2_000_000L);
            if (number < lostFrom || number >= lostTo) {
                log.answered(number);
            }
        }
    }

    @Test
    void theGapIsFromTheLastAnsweredProbeToTheNextAnsweredOne() {
        probe(100, 40, 50);
        assertThat(log.longestGapNanos(0)).isEqualTo(22_000_000);
    }

    @Test
    void withoutLossItIsTheInterval() {
        probe(100, 100, 100);
        assertThat(log.longestGapNanos(0)).isEqualTo(2_000_000);
    }

    @Test
    void aGapBeforeTheInstantDoesNotCount() {
        probe(100, 40, 50);
        assertThat(log.longestGapNanos(101_000_000)).isEqualTo(2_000_000);
    }

    @Test
    void answersThatComeLateCountForWhenTheyWereAskedFor() {
        probe(100, 40, 50);
        for (int number = 49; number >= 40; number--) {
            log.answered(number);
        }
        assertThat(log.longestGapNanos(0)).isEqualTo(2_000_000);
    }

    @Test
    void steadyIsWhenEachOfTheLastProbesWasAnsweredButThoseUnderWay() {
        probe(100, 95, 100);
        assertThat(log.steadyFor(50, 5)).isTrue();
        assertThat(log.steadyFor(50, 4)).isFalse();
        assertThat(log.steadyFor(96, 5)).isFalse();
    }

    @Test
    void anAnswerToNothingIsPassedOver() {
        probe(3, 3, 3);
        log.answered(-1);
        log.answered(3);
        assertThat(log.longestGapNanos(0)).isEqualTo(2_000_000);
    }

    @Test
    void thereIsRoomForMoreProbesThanAtFirst() {
        probe(10_000, 10_000, 10_000);
        assertThat(log.steadyFor(10_000, 0)).isTrue();
    }
}
