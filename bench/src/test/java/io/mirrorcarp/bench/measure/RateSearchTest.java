// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RateSearchTest {
    private static RateSearch upTo(int limit) {
        return new RateSearch(rate -> new RateSearch.Trial(rate, rate, rate <= limit ? 0 : 5, Map.of()));
    }

    @Test
    void theHighestRateIsFoundWithinAFewPercentFromBelow() {
        for (int limit : new int[] {8_000, 14_000, 19_500, 33_333}) {
            int found = upTo(limit).highest(8_000, 100_000);
            assertThat(found).isBetween((int) (0.96 * limit), limit);
        }
    }

    @Test
    void aSystemThatIsBelowTheFirstRateIsFoundToo() {
        assertThat(upTo(5_500).highest(8_000, 100_000)).isBetween(4_000, 5_500);
    }

    @Test
    void theSearchEndsAtItsLimit() {
        assertThat(upTo(Integer.MAX_VALUE).highest(8_000, 20_000)).isBetween(16_000, 20_000);
    }

    @Test
    void aRateThatTheLoadDidNotReachIsNotHeld() {
        RateSearch search = new RateSearch(rate -> new RateSearch.Trial(rate, Math.min(rate, 10_000), 0, Map.of()));
        assertThat(search.highest(8_000, 100_000)).isBetween(9_600, 10_400);
        assertThat(search.trials()).anyMatch(trial -> !trial.held());
    }
}
