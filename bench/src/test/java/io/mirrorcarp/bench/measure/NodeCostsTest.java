// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NodeCostsTest {
    /** 10 us to tell of a flow, 15 us to take one, and half a percent without any. */
    private static final NodeCosts COSTS = NodeCosts.of(0.5, 2.5, 3.5, 2_000);

    @Test
    void aNodeTellsOfItsOwnFlowsAndTakesThoseOfAllOthers() {
        assertThat(COSTS.tellMicros()).isCloseTo(10, within(1e-9));
        assertThat(COSTS.takeMicros()).isCloseTo(15, within(1e-9));
        assertThat(COSTS.percent(1, 2_000)).isCloseTo(2.5, within(1e-9));
        assertThat(COSTS.percent(4, 2_000)).isCloseTo(0.5 + 2_000 * 55 / 1e4, within(1e-9));
    }

    @Test
    void theLimitOfEachNodeFallsAndThatOfAllNearsWhatOneCanTake() {
        assertThat(COSTS.percent(4, COSTS.mostFlowsPerSecond(4))).isCloseTo(100, within(1e-9));
        assertThat(16 * COSTS.mostFlowsPerSecond(16)).isLessThan(1e6 / 15 * 16 / 15);
    }
}
