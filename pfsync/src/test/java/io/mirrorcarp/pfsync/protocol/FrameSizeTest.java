// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.session.ReplicationSettings;
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

    /** Nobody tells of a switch that drops long frames: the frames that do not come tell it. */
    @Test
    void aSwitchWithALowerMtuIsFoundOutWhileRunning() {
        start();
        onlyShortOnesPass();
        open(0, FLOWS);
        world.runMillis(8_000);
        assertThat(b.kernel.flows()).hasSize(FLOWS);
        assertThat(a.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(path(a).narrow()).isTrue();
        assertThat(path(a).pathBytes()).isBetween(ReplicationSettings.MIN_FRAME_BYTES, SHORT_BYTES);
        assertThat(world.transcript()).anyMatch(line -> line.contains("the MTU of a switch between"));
    }

    @Test
    void aSwitchWithALowerMtuIsFoundOutFromTheStart() {
        world.isLost = frame -> frame.length > 1_380;
        open(0, FLOWS);
        start();
        world.runMillis(9_000);
        assertThat(b.kernel.flows()).hasSize(FLOWS);
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(path(a).pathBytes()).as("the longest that pass, nearly").isBetween(1_325, 1_380);
    }

    /** Three tenths of all frames are lost, of any length: that is no matter of the MTU. */
    @Test
    void lossAloneDoesNotMakeFramesShorter() {
        world.loss = 0.3;
        start();
        for (int i = 0; i < 60; i++) {
            open(i * 10, i * 10 + 10);
            world.runMillis(1_000);
        }
        assertThat(path(a).narrow()).isFalse();
        assertThat(path(b).narrow()).isFalse();
    }

    /** A packet filter that lets nothing out for a while, from any moment between two long frames on. */
    @Test
    void silenceOfOneDirectionDoesNotMakeFramesShorter() {
        start();
        for (int i = 0; i < 40; i++) {
            world.runMillis(2_000 + 53L * i);
            world.cut(a, b, true);
            world.runMillis(6_000);
            world.cut(a, b, false);
            world.runMillis(4_000);
            assertThat(path(a).narrow()).as("after cut " + i).isFalse();
            assertThat(path(b).narrow()).isFalse();
        }
    }

    @Test
    void aPathThatIsWideAgainIsFoundOutLater() {
        start();
        onlyShortOnesPass();
        world.runMillis(8_000);
        assertThat(path(a).narrow()).isTrue();
        world.isLost = frame -> false;
        world.runMillis(310_000);
        assertThat(path(a).pathBytes()).isGreaterThan(1_440);
    }

    private ReplicationStatus.PeerStatus path(SimulatedNode node) {
        return node.machine.status(world.nowNanos()).peers().get(0);
    }
}
