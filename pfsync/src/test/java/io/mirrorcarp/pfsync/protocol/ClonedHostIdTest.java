// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A machine was copied with its host id: fw-c says that it is fw-b, while fw-b is there. */
class ClonedHostIdTest {
    private static final int FLOWS = 100;
    /** Longer than any repair waits for another. */
    private static final long TRUTH_MILLIS = 10_000;

    private final World world = new World(61);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");
    private final SimulatedNode c = new SimulatedNode(world, "fw-c", b.creatorId);

    @BeforeEach
    void aClonedMachineStarts() {
        world.nodes().add(c);
        a.start();
        b.start();
        world.runMillis(500);
        for (int number = 0; number < FLOWS; number++) {
            a.kernel.open(FlowKey.number(number), 600);
            b.kernel.open(FlowKey.number(1_000 + number), 600);
        }
        a.kernel.endBurst();
        b.kernel.endBurst();
        world.runMillis(500);
        assertThat(List.of(a.verdict, b.verdict)).containsOnly(Verdict.IN_SYNC);
        c.start();
        world.runMillis(2_000);
    }

    private long told(String words) {
        return world.transcript().stream().filter(line -> line.contains(words)).count();
    }

    private void assertTruth(SimulatedNode... nodes) {
        world.runMillis(TRUTH_MILLIS);
        for (SimulatedNode node : nodes) {
            assertThat(node.verdict).as(node.name).isEqualTo(Verdict.IN_SYNC);
            assertThat(node.demoted).as(node.name).isFalse();
            assertThat(node.kernel.flows().keySet())
                    .as(node.name)
                    .isEqualTo(nodes[0].kernel.flows().keySet());
            assertThat(node.machine.status(world.nowNanos()).peers())
                    .as("peers of " + node.name)
                    .noneMatch(ReplicationStatus.PeerStatus::cloned);
        }
        assertThat(nodes[0].kernel.flows().keySet())
                .contains(FlowKey.number(0), FlowKey.number(1_000))
                .hasSizeGreaterThanOrEqualTo(2 * FLOWS);
    }

    @Test
    void allThreeSayWhatIsWrongAndNobodyIsInSync() {
        assertThat(told("fw-a pfsync: two nodes have the host id of")).isPositive();
        assertThat(told("fw-b pfsync: another node on sync0 has this node's host id"))
                .isEqualTo(1);
        assertThat(told("fw-c pfsync: another node on sync0 has this node's host id"))
                .isEqualTo(1);
        assertThat(a.verdict).isEqualTo(Verdict.ONE_WAY);
        assertThat(a.machine.status(world.nowNanos()).peers())
                .hasSize(1)
                .allMatch(ReplicationStatus.PeerStatus::cloned);
    }

    @Test
    void theSessionDoesNotGoToAndFro() {
        long begun = told("peer fw-b restarted") + told("peer fw-c restarted");
        world.runMillis(TRUTH_MILLIS);
        assertThat(told("peer fw-b restarted") + told("peer fw-c restarted"))
                .as("lives of one host id that began at fw-a in ten seconds")
                .isLessThanOrEqualTo(begun + 1);
        assertThat(a.kernel.flows().keySet())
                .as("flows that fw-a made")
                .contains(FlowKey.number(0), FlowKey.number(99));
    }

    @Test
    void whenTheCloneIsStoppedTheTablesAreEqual() {
        c.kill();
        assertTruth(a, b);
    }

    @Test
    void whenTheOriginalIsStoppedTheCloneIsAPeer() {
        b.kill();
        world.runMillis(TRUTH_MILLIS);
        assertTruth(a, c);
    }
}
