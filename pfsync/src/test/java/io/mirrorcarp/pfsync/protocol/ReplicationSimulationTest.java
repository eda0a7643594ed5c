// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Test;

/**
 * Thousands of troubled clusters of two to five nodes, each from a seed. {@code -Dsimulation.seed=N} runs that one alone, with its transcript,
 * {@code -Dsimulation.count=N} as many as are wanted.
 */
class ReplicationSimulationTest {
    private static final int SEEDS = 5_000;
    /** Most clusters are pairs. */
    private static final int[] SIZES = {2, 2, 3, 2, 2, 4, 2, 3, 2, 5};

    private static final int TROUBLED_MILLIS = 3_000;
    private static final int WELL_MILLIS = 5_200;
    private static final int CONNECTIONS = 16;

    @Test
    void allKernelsHoldTheSameFlowsOnceTheNetworkIsWell() {
        Long only = Long.getLong("simulation.seed");
        long first = only == null ? 0 : only;
        long last = only == null ? Integer.getInteger("simulation.count", SEEDS) : only + 1;
        for (long seed = first; seed < last; seed++) {
            run(seed, only != null);
        }
    }

    private static void run(long seed, boolean shown) {
        World world = new World(seed);
        int size = SIZES[(int) Math.floorMod(seed, (long) SIZES.length)];
        for (int i = 0; i < size; i++) {
            world.add("fw-" + (char) ('a' + i));
        }
        Chaos chaos = new Chaos(world, CONNECTIONS);
        String wrong;
        try {
            chaos.begin();
            world.runMillis(TROUBLED_MILLIS);
            chaos.calm();
            world.runMillis(WELL_MILLIS);
            wrong = chaos.verdict();
        } catch (RuntimeException e) {
            throw new AssertionError("-Dsimulation.seed=" + seed, e);
        }
        if (shown) {
            world.transcript().forEach(System.err::println);
        }
        if (wrong != null) {
            fail("%s%nall of it: -Dsimulation.seed=%d", wrong, seed);
        }
    }
}
