// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BulkServerTest {
    private static final int FLOWS = 1_000;

    private final World world = new World(5);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");

    @Test
    void aNewNodeReadsItsTableWhenItStartsOnlyAndThePeerItsOwnOnceForIt() {
        a.start();
        for (int number = 0; number < FLOWS; number++) {
            a.kernel.open(FlowKey.number(number), 600);
        }
        a.kernel.endBurst();
        world.runMillis(1_000);
        int before = a.kernel.dumps;
        b.start();
        world.runMillis(2_000);
        assertThat(b.kernel.flows()).hasSize(FLOWS);
        assertThat(a.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(b.kernel.dumps).isEqualTo(1);
        assertThat(a.kernel.dumps - before).isEqualTo(1);
    }
}
