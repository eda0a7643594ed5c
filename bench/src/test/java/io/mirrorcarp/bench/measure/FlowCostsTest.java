// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FlowCostsTest {
    private static final FlowCosts COSTS = new FlowCosts(
            1_000,
            9_999.6,
            Map.of("loop 1", 9_000_000L, "compiler 2", 1_000_000L, "idle 3", 0L),
            Map.of("loop 4", 5_000_000L),
            80_000,
            0,
            Map.of("overruns", 0L));

    @Test
    void costsAreThoseOfAllThreadsForOneFlow() {
        assertThat(COSTS.senderMicrosPerFlow()).isEqualTo(10);
        assertThat(COSTS.receiverMicrosPerFlow()).isEqualTo(5);
        assertThat(COSTS.wireBytesPerFlow()).isEqualTo(80);
    }

    @Test
    void theDetailsTellWhatEachThreadSpentTheGreatestFirst() {
        assertThat(COSTS.details()).containsEntry("flowsPerSecond", 10_000L);
        @SuppressWarnings("unchecked")
        Map<String, Double> threads = (Map<String, Double>) COSTS.details().get("senderMicrosPerFlowByThread");
        assertThat(threads).containsExactly(Map.entry("loop 1", 9.0), Map.entry("compiler 2", 1.0));
    }
}
