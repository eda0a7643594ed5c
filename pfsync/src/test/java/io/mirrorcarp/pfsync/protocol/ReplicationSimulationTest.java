// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import org.junit.jupiter.api.Test;

class ReplicationSimulationTest {
    private static final int SEEDS = Integer.getInteger("pfsync.seeds", 1000);
    /** Set it to replay one seed, with its transcript. */
    private static final Long ONE_SEED = Long.getLong("pfsync.seed");

    @Test
    void twoNodesAgreeOnceTheNetworkHeals() {
        if (ONE_SEED != null) {
            run(ONE_SEED, 2);
            return;
        }
        for (long seed = 0; seed < SEEDS; seed++) {
            run(seed, 2);
        }
    }

    private static void run(long seed, int count) {
        World world = new World(seed);
        for (int i = 0; i < count; i++) {
            world.add("fw-" + (char) ('a' + i));
        }
        Chaos chaos = new Chaos(world);
        try {
            world.nodes().forEach(node -> world.after(world.random().nextLong(2_000_000_000L), node::start));
            chaos.begin();
            world.runMillis(6_000);
            chaos.calm();
            world.runMillis(5_000);
            chaos.check();
        } catch (RuntimeException | AssertionError e) {
            world.transcript().forEach(System.err::println);
            throw new AssertionError(
                    "seed " + seed + " (replay with -Dpfsync.seed=" + seed + "): " + e.getMessage(), e);
        }
    }
}
