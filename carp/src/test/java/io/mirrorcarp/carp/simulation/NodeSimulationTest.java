// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Thousands of troubled networks of whole nodes, each from a seed. {@code -Dsimulation.seed=N} runs that one alone, {@code -Dsimulation.count=N} as many as are wanted.
 */
class NodeSimulationTest {
    private static final int COUNT = 2_000;
    private static final int ENOUGH = 3;

    @ParameterizedTest
    @CsvSource({"false, 2000", "true, 400"})
    void noNodeWithoutItsPeersStatesTakesAnAddressFromAMasterThatItHears(boolean vrrp, int count) {
        Long only = Long.getLong("simulation.seed");
        long first = only == null ? 1 : only;
        long last = only == null ? Integer.getInteger("simulation.count", count) : only;
        List<String> failures = new ArrayList<>();
        int stalls = 0;
        int burials = 0;
        int suspensions = 0;
        for (long seed = first; seed <= last && failures.size() < ENOUGH; seed++) {
            NodeScenario scenario = new NodeScenario(seed, vrrp);
            String failure = run(scenario);
            stalls += scenario.stalls();
            burials += scenario.burials();
            suspensions += scenario.suspensions();
            if (failure != null) {
                failures.add((vrrp ? "VRRP, " : "") + "seed " + seed + "\n  " + failure
                        + "\n  again: mvn -pl carp -am test -Dsurefire.failIfNoSpecifiedTests=false"
                        + " -Dtest=NodeSimulationTest -Dsimulation.seed=" + seed);
            }
        }
        assertThat(failures).isEmpty();
        assertThat(only != null || stalls > last - first)
                .as("stalls: %d", stalls)
                .isTrue();
        assertThat(only != null || burials > (last - first) / 2)
                .as("burials: %d", burials)
                .isTrue();
        assertThat(vrrp || only != null || suspensions > (last - first) / 4)
                .as("suspensions: %d", suspensions)
                .isTrue();
    }

    /** Without the key nothing is changed by it, in no seed; {@code -Dsimulation.count} counts here too. */
    @ParameterizedTest
    @EnumSource(
            value = AttackScenario.Nodes.class,
            names = {"STRICT", "COMPATIBLE"})
    void nobodyWithoutTheKeyChangesARoleAmongNodesThatProveTheirs(AttackScenario.Nodes nodes) {
        long only = Long.getLong("simulation.seed", 0);
        int count = nodes == AttackScenario.Nodes.STRICT ? COUNT : COUNT / 10;
        long last = only == 0 ? Integer.getInteger("simulation.count", count) : only;
        List<String> failures = new ArrayList<>();
        for (long seed = Math.max(1, only); seed <= last && failures.size() < ENOUGH; seed++) {
            AttackScenario scenario = new AttackScenario(seed, nodes);
            String failure = scenario.run();
            if (failure != null || scenario.changes() > 0) {
                failures.add("seed " + seed + ", " + scenario.changes() + " changes of roles, then " + failure);
            }
        }
        assertThat(failures).isEmpty();
    }

    /** The control, and the peace behind it: the others obey him, and when he ends there is one master. */
    @Test
    void whoHasNoKeyChangesRolesAmongBsdsUntilHeEnds() {
        int changes = 0;
        for (long seed = 1; seed <= 50; seed++) {
            AttackScenario scenario = new AttackScenario(seed, AttackScenario.Nodes.BESIDE_BSDS);
            scenario.run();
            changes += scenario.changes() > 0 ? 1 : 0;
        }
        assertThat(changes).as("seeds in which roles changed").isGreaterThan(25);
    }

    private static @Nullable String run(NodeScenario scenario) {
        try {
            return scenario.run();
        } catch (RuntimeException broken) {
            return broken.toString();
        }
    }
}
