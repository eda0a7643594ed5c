// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.equality.PeerComparison;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a filter leaves out is not there, and nobody takes that for a difference. */
class FilterTest {
    private static final int FLOWS = 60;
    private static final int ESTABLISHED = 3;
    /** Longer than the sweep of a small table takes to come around. */
    private static final long TWO_SWEEPS_MILLIS = 70_000;

    private final World world = new World(33);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");

    private static boolean isNotUdp(StateRecord flow) {
        return flow.original.protocol != 17;
    }

    private void start() {
        a.start();
        b.start();
        world.runMillis(1_000);
    }

    private void open() {
        for (int number = 0; number < FLOWS; number++) {
            a.kernel.open(FlowKey.number(number), 600);
        }
        a.kernel.endBurst();
        world.runMillis(100);
    }

    private List<PeerComparison> verify(SimulatedNode node) {
        node.machine.beginVerification(world.nowNanos());
        node.arm();
        world.runMillis(3_000);
        assertThat(node.machine.isVerified()).isTrue();
        return node.machine.endVerification();
    }

    private void assertSettled() {
        for (SimulatedNode node : List.of(a, b)) {
            assertThat(node.verdict).as(node.name).isEqualTo(Verdict.IN_SYNC);
            assertThat(verify(node)).as(node.name).allMatch(PeerComparison::equal);
        }
        long repairs = a.counter(PfsyncCounter.BULK_ENTRIES_OUT) + b.counter(PfsyncCounter.BULK_ENTRIES_OUT);
        world.runMillis(TWO_SWEEPS_MILLIS);
        assertThat(a.counter(PfsyncCounter.BULK_ENTRIES_OUT) + b.counter(PfsyncCounter.BULK_ENTRIES_OUT))
                .as("entries sent again after two sweeps")
                .isEqualTo(repairs);
    }

    @Test
    void whatIsNotTakenInIsNoDifference() {
        b.kernel.takes = FilterTest::isNotUdp;
        start();
        open();
        assertThat(b.kernel.flows()).hasSize(FLOWS * 2 / 3);
        assertThat(b.counter(PfsyncCounter.WITHHELD)).isEqualTo(FLOWS / 3);
        assertSettled();
        assertThat(b.kernel.flows()).hasSize(FLOWS * 2 / 3);
        a.kernel.close(FlowKey.number(0));
        a.kernel.close(FlowKey.number(1));
        a.kernel.endBurst();
        world.runMillis(100);
        assertThat(b.machine.status(world.nowNanos()).knownEntries()).isEqualTo(FLOWS - 2);
        assertSettled();
    }

    @Test
    void whatIsNotTakenInByABulkUpdateIsNoDifferenceEither() {
        b.kernel.takes = FilterTest::isNotUdp;
        a.start();
        open();
        b.start();
        world.runMillis(2_000);
        assertThat(b.kernel.flows()).hasSize(FLOWS * 2 / 3);
        assertSettled();
    }

    @Test
    void nodesWithDifferentFiltersAgree() {
        b.kernel.admits = FilterTest::isNotUdp;
        start();
        open();
        assertThat(b.kernel.flows()).as("what fw-a tells").hasSize(FLOWS);
        b.kernel.open(new FlowKey(1, 2, 17, 3, 4, 0), 600);
        b.kernel.open(new FlowKey(1, 2, 6, 3, 4, 0), 600);
        b.kernel.endBurst();
        world.runMillis(100);
        assertThat(a.kernel.flows()).as("without the flow of fw-b over UDP").hasSize(FLOWS + 1);
        assertSettled();
        b.kill();
        b.start();
        world.runMillis(2_000);
        assertThat(a.kernel.flows()).hasSize(FLOWS + 1);
        assertSettled();
    }

    @Test
    void aFlowIsToldWhenItsStateIsChosenAndFollowedToItsEnd() {
        a.kernel.admits = flow -> flow.protocolState == ESTABLISHED;
        start();
        FlowKey tcp = FlowKey.number(1);
        a.kernel.open(tcp, 600);
        a.kernel.progress(tcp);
        a.kernel.endBurst();
        world.runMillis(100);
        assertThat(b.kernel.flows()).as("half open").isEmpty();
        a.kernel.progress(tcp);
        a.kernel.endBurst();
        world.runMillis(100);
        assertThat(b.kernel.flows()).as("established").hasSize(1);
        a.kernel.finish(tcp);
        a.kernel.endBurst();
        world.runMillis(100);
        assertThat(b.kernel.flows())
                .as("its end, in a state that is not chosen")
                .isEmpty();
    }

    private void filtersChanged(SimulatedNode node) {
        node.machine.onFilters(world.nowNanos());
        node.arm();
        world.runMillis(2_000);
    }

    @Test
    void whatAWiderFilterTakesInComesWithoutDemotion() {
        b.kernel.takes = FilterTest::isNotUdp;
        start();
        open();
        assertThat(b.kernel.flows()).hasSize(FLOWS * 2 / 3);
        b.kernel.takes = flow -> true;
        filtersChanged(b);
        assertThat(b.kernel.flows()).hasSize(FLOWS);
        assertThat(b.demotions).as("raised since the start").isEqualTo(1);
        assertSettled();
    }

    @Test
    void whatAWiderFilterTellsIsToldAndWhatANarrowerOneLeavesOutIsFollowedToItsEnd() {
        a.kernel.admits = FilterTest::isNotUdp;
        start();
        open();
        assertThat(b.kernel.flows()).hasSize(FLOWS * 2 / 3);
        a.kernel.admits = flow -> true;
        filtersChanged(a);
        assertThat(b.kernel.flows()).as("with the wider one").hasSize(FLOWS);
        a.kernel.admits = FilterTest::isNotUdp;
        filtersChanged(a);
        assertThat(b.kernel.flows()).as("with the narrower one").hasSize(FLOWS);
        a.kernel.open(new FlowKey(1, 2, 17, 3, 4, 0), 600);
        for (int number = 0; number < FLOWS; number++) {
            a.kernel.close(FlowKey.number(number));
        }
        a.kernel.endBurst();
        world.runMillis(100);
        assertThat(b.kernel.flows())
                .as("they have ended, and the new one is not told")
                .isEmpty();
        assertSettled();
    }

    @Test
    void theNewNameOfANodeReachesItsPeers() {
        start();
        a.machine.rename("fw-x", world.nowNanos());
        a.arm();
        world.runMillis(300);
        assertThat(b.machine.status(world.nowNanos()).peers())
                .extracting(ReplicationStatus.PeerStatus::node)
                .containsExactly("fw-x");
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
    }

    @Test
    void otherLimitsCountFromTheMomentOn() {
        start();
        a.kernel.open(FlowKey.number(1), 600);
        a.kernel.endBurst();
        a.machine.limit(2, Duration.ofSeconds(5).toNanos(), world.nowNanos());
        long sent = a.counter(PfsyncCounter.UPDATES_OUT);
        a.kernel.progress(FlowKey.number(1), 1);
        a.kernel.progress(FlowKey.number(1), 2);
        a.kernel.progress(FlowKey.number(1), 3);
        assertThat(a.counter(PfsyncCounter.UPDATES_OUT)).isEqualTo(sent + 1);
    }

    @Test
    void youngFlowsAreToldWhenTheyAreOldEnough() {
        start();
        a.machine.holdBackYoung(Duration.ofSeconds(2).toNanos(), 0);
        open();
        a.kernel.close(FlowKey.number(7));
        a.kernel.progress(FlowKey.number(8));
        a.kernel.endBurst();
        world.runMillis(1_500);
        assertThat(b.kernel.flows()).as("after 1.6 s").isEmpty();
        world.runMillis(600);
        assertThat(b.kernel.flows()).as("after 2.2 s").hasSize(FLOWS - 1);
        assertThat(a.counter(PfsyncCounter.DELETES_OUT))
                .as("the end of one that was never told")
                .isZero();
        assertSettled();
    }

    @Test
    void youngFlowsOfThePeerComeInWhenTheyAreOldEnoughAsTheyAreThen() {
        start();
        b.machine.holdBackYoung(0, Duration.ofSeconds(2).toNanos());
        open();
        a.kernel.close(FlowKey.number(7));
        a.kernel.progress(FlowKey.number(8), 5);
        a.kernel.endBurst();
        world.runMillis(1_500);
        assertThat(b.kernel.flows()).as("after 1.6 s").isEmpty();
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(verify(a)).allMatch(PeerComparison::equal);
        world.runMillis(600);
        assertThat(b.kernel.flows()).as("after 2.2 s").hasSize(FLOWS - 1);
        assertThat(b.kernel.get(FlowKey.number(8)).state.mark)
                .as("what was told last")
                .isEqualTo(a.kernel.get(FlowKey.number(8)).state.mark);
        assertThat(b.counter(PfsyncCounter.WITHHELD)).isEqualTo(FLOWS);
        assertSettled();
    }

    /** How old a flow is that a bulk update names is not known: a node that starts must not lack them all. */
    @Test
    void whatABulkUpdateNamesComesInAtOnce() {
        a.start();
        open();
        b.start();
        b.machine.holdBackYoung(0, Duration.ofMinutes(1).toNanos());
        world.runMillis(2_000);
        assertThat(b.kernel.flows()).hasSize(FLOWS);
        assertSettled();
    }

    /** The connection of a flow that waits moves here: its packets make it this kernel's own. */
    @Test
    void aFlowThatWaitsAndIsMadeByPacketsHereIsNotWrittenOver() {
        start();
        b.machine.holdBackYoung(0, Duration.ofSeconds(2).toNanos());
        a.kernel.open(FlowKey.number(1), 600);
        a.kernel.endBurst();
        world.runMillis(100);
        b.kernel.open(FlowKey.number(1), 600);
        b.kernel.progress(FlowKey.number(1), 9);
        b.kernel.endBurst();
        world.runMillis(3_000);
        assertThat(b.kernel.get(FlowKey.number(1)).state.mark).isEqualTo(9);
        assertThat(a.kernel.get(FlowKey.number(1)).state.mark).isEqualTo(9);
        assertSettled();
    }

    @Test
    void manyUpdatesOfOneFlowDoNotWaitForTheEndOfTheBurst() {
        a.maxUpdates = 5;
        start();
        a.kernel.open(FlowKey.number(1), 600);
        a.kernel.endBurst();
        long sent = a.counter(PfsyncCounter.UPDATES_OUT);
        for (int i = 0; i < 5; i++) {
            a.kernel.progress(FlowKey.number(1), i + 1);
        }
        assertThat(a.counter(PfsyncCounter.UPDATES_OUT)).isEqualTo(sent);
        a.kernel.progress(FlowKey.number(1), 6);
        assertThat(a.counter(PfsyncCounter.UPDATES_OUT)).isEqualTo(sent + 1);
    }
}
