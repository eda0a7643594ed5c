// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Thousands of troubled networks of whole nodes, each from a seed. {@code -Dsimulation.seed=N} runs that one alone, {@code -Dsimulation.count=N} as many as are wanted.
 */
class NodeSimulationTest {
    private static final int COUNT = 2_000;
    private static final int ENOUGH = 3;

    @Test
    void noNodeWithoutItsPeersStatesTakesAnAddressFromAMasterThatItHears() {
        Long only = Long.getLong("simulation.seed");
        long first = only == null ? 1 : only;
        long last = only == null ? Integer.getInteger("simulation.count", COUNT) : only;
        List<String> failures = new ArrayList<>();
        int stalls = 0;
        for (long seed = first; seed <= last && failures.size() < ENOUGH; seed++) {
            NodeScenario scenario = new NodeScenario(seed);
            String failure = run(scenario);
            stalls += scenario.stalls();
            if (failure != null) {
                failures.add("seed " + seed + "\n  " + failure
                        + "\n  again: mvn -pl carp -am test -Dsurefire.failIfNoSpecifiedTests=false"
                        + " -Dtest=NodeSimulationTest -Dsimulation.seed=" + seed);
            }
        }
        assertThat(failures).isEmpty();
        assertThat(only != null || stalls > last - first)
                .as("stalls: %d", stalls)
                .isTrue();
    }

    private static @Nullable String run(NodeScenario scenario) {
        try {
            return scenario.run();
        } catch (RuntimeException broken) {
            return broken.toString();
        }
    }
}
