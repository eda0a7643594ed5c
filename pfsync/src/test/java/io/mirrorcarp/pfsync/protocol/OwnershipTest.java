// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose a flow is, and who may end it. */
class OwnershipTest {
    /** A UDP flow. */
    private static final FlowKey UDP = FlowKey.number(3);

    private static final FlowKey TCP = FlowKey.number(1);
    private static final int TIMEOUT_SECONDS = 10;

    private final World world = new World(7);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");
    private final SimulatedNode c = world.add("fw-c");

    @BeforeEach
    void inSync() {
        world.nodes().forEach(SimulatedNode::start);
        world.runMillis(1_000);
        open(a, UDP, TIMEOUT_SECONDS);
        assertOn(UDP, true, true, true);
    }

    private void open(SimulatedNode node, FlowKey key, int timeoutSeconds) {
        node.kernel.open(key, timeoutSeconds);
        node.kernel.endBurst();
        world.runMillis(100);
    }

    private void packetsWithoutEvent(SimulatedNode node, int seconds) {
        for (int i = 0; i < seconds; i++) {
            node.kernel.touch(UDP, TIMEOUT_SECONDS);
            world.runMillis(1_000);
        }
    }

    private void collect() {
        world.nodes().forEach(node -> node.kernel.expire());
        world.runMillis(100);
    }

    private void assertOn(FlowKey key, boolean onA, boolean onB, boolean onC) {
        assertThat(world.nodes().stream().map(node -> node.kernel.get(key) != null))
                .containsExactly(onA, onB, onC);
    }

    @Test
    void aFlowThatMovedWithoutAnEventOutlivesItsTimerAtTheOldOwner() {
        packetsWithoutEvent(b, TIMEOUT_SECONDS + 1);
        assertThat(b.counter(PfsyncCounter.UPDATES_OUT)).isZero();
        collect();
        assertOn(UDP, true, true, true);
        assertThat(b.counter(PfsyncCounter.UPDATES_OUT)).isEqualTo(1);
        assertThat(b.machine.status(world.nowNanos()).ownedEntries()).isEqualTo(1);
        assertThat(a.machine.status(world.nowNanos()).ownedEntries()).isZero();
    }

    @Test
    void itEndsEverywhereWhenItEndsAtTheNewOwner() {
        packetsWithoutEvent(b, TIMEOUT_SECONDS + 1);
        collect();
        world.runMillis(TIMEOUT_SECONDS * 1_000);
        collect();
        assertOn(UDP, false, false, false);
    }

    @Test
    void aFlowThatNobodyUsesEndsEverywhereAtOnce() {
        world.runMillis(TIMEOUT_SECONDS * 1_000);
        collect();
        assertOn(UDP, false, false, false);
    }

    @Test
    void aFlowThatMovesBackWithoutAnEventIsKeptThereToo() {
        packetsWithoutEvent(b, TIMEOUT_SECONDS + 1);
        collect();
        packetsWithoutEvent(a, TIMEOUT_SECONDS + 1);
        collect();
        assertOn(UDP, true, true, true);
        assertThat(a.machine.status(world.nowNanos()).ownedEntries()).isEqualTo(1);
    }

    @Test
    void aFlowOfADeadOwnerThatExpiresWhereItIsUsedEndsEverywhere() {
        a.kill();
        packetsWithoutEvent(b, 3);
        world.runMillis(TIMEOUT_SECONDS * 1_000);
        b.kernel.expire();
        world.runMillis(100);
        assertOn(UDP, true, false, false);
    }

    @Test
    void aCopyThatIsKilledIsKilledNowhereElse() {
        b.kernel.kill(UDP);
        b.kernel.endBurst();
        world.runMillis(50);
        assertOn(UDP, true, false, true);
        world.runMillis(5_000);
        assertOn(UDP, true, true, true);
    }

    @Test
    void anOrphanThatIsKilledIsKilledNowhereElse() {
        a.kill();
        world.runMillis(2_000);
        b.kernel.kill(UDP);
        b.kernel.endBurst();
        world.runMillis(1_000);
        assertOn(UDP, true, false, true);
    }

    @Test
    void whatANodeSaidBeforeItKnewOfAnEndDoesNotBringTheFlowBack() {
        world.cut(a, c, true);
        a.kernel.progress(UDP);
        a.kernel.endBurst();
        world.runMillis(1);
        b.kernel.progress(UDP);
        b.kernel.endBurst();
        b.kernel.close(UDP);
        b.kernel.endBurst();
        world.runMillis(100);
        assertOn(UDP, false, false, false);
        world.cut(a, c, false);
        world.runMillis(1_000);
        assertOn(UDP, false, false, false);
        assertThat(c.counter(PfsyncCounter.STALE)).isPositive();
    }

    @Test
    void aTupleThatEndedIsUsedAnewByAnotherNode() {
        open(a, TCP, 600);
        a.kernel.close(TCP);
        a.kernel.endBurst();
        world.runMillis(100);
        open(c, TCP, 600);
        assertOn(TCP, true, true, true);
        assertThat(a.counter(PfsyncCounter.STALE)).isZero();
    }

    @Test
    void whatANodeMetAloneBeatsWhatAPeerKnowsFromBefore() {
        for (int i = 0; i < 40; i++) {
            a.kernel.progress(UDP);
            a.kernel.endBurst();
            world.runMillis(5);
        }
        b.kill();
        b.start();
        b.kernel.progress(UDP, 1_000);
        b.kernel.endBurst();
        world.runMillis(3_000);
        assertThat(world.nodes().stream().map(node -> node.kernel.get(UDP).state.mark))
                .containsOnly(1_000);
    }
}
