// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OpeningPaceTest {
    private static final int TICKS = 20_000;

    @Test
    void anEvenPaceComesToItsRateWithinASecondAndNeverDiffersByMoreThanOne() {
        OpeningPace pace = OpeningPace.even(TICKS);
        int[] due = IntStream.range(0, TICKS).map(tick -> pace.due(30_001)).toArray();
        assertThat(IntStream.of(due).sum()).isEqualTo(30_001);
        assertThat(due).containsOnly(1, 2);
    }

    @Test
    void aRandomPaceHasThePoissonDistributionOfItsRate() {
        OpeningPace pace = OpeningPace.random(TICKS, new Random(1));
        int[] due = IntStream.range(0, 50 * TICKS).map(tick -> pace.due(30_000)).toArray();
        double mean = IntStream.of(due).average().orElseThrow();
        double variance = IntStream.of(due)
                .mapToDouble(count -> (count - mean) * (count - mean))
                .average()
                .orElseThrow();
        assertThat(mean).isBetween(1.49, 1.51);
        assertThat(variance).isBetween(1.48, 1.52);
    }

    @Test
    void nothingIsDueAtRateZero() {
        OpeningPace pace = OpeningPace.random(TICKS, new Random(1));
        assertThat(IntStream.range(0, TICKS).map(tick -> pace.due(0)).sum()).isZero();
    }
}
