// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The sync network carries shorter frames than the nodes' devices did at the start. */
class FrameSizeTest {
    private static final int FLOWS = 4_000;
    private static final int SHORT_BYTES = 1_260;

    private final World world = new World(21);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");

    private void start() {
        a.start();
        b.start();
        world.runMillis(1_000);
    }

    private void open(int from, int to) {
        for (int number = from; number < to; number++) {
            a.kernel.open(FlowKey.number(number), 600);
        }
        a.kernel.endBurst();
    }

    private void onlyShortOnesPass() {
        world.isLost = frame -> frame.length > SHORT_BYTES;
    }

    @Test
    void aLowerMtuIsFollowedDownAtOnce() {
        start();
        open(0, FLOWS / 2);
        onlyShortOnesPass();
        a.machine.onFrameBytes(SHORT_BYTES, world.nowNanos());
        open(FLOWS / 2, FLOWS);
        world.runMillis(3_000);
        assertThat(b.kernel.flows()).hasSize(FLOWS);
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
    }

    @Test
    void thePeersLowerMtuIsFollowedToo() {
        onlyShortOnesPass();
        start();
        b.machine.onFrameBytes(SHORT_BYTES, world.nowNanos());
        open(0, FLOWS);
        world.runMillis(3_000);
        assertThat(b.kernel.flows()).hasSize(FLOWS);
        assertThat(a.verdict).isEqualTo(Verdict.IN_SYNC);
    }

    @Test
    void withoutAWordNothingComes() {
        start();
        onlyShortOnesPass();
        open(0, FLOWS);
        world.runMillis(3_000);
        assertThat(b.kernel.flows()).hasSizeLessThan(FLOWS / 2);
    }
}
