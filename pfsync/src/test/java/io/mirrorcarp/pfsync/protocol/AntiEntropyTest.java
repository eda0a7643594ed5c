// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.equality.PeerComparison;
import io.mirrorcarp.pfsync.equality.Sweep;
import io.mirrorcarp.pfsync.flows.FlowName;
import io.mirrorcarp.pfsync.message.Action;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.pfsync.session.PeerBacklog;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What no message repairs, the digests find: each test makes two kernels differ behind the machines' backs. */
class AntiEntropyTest {
    private static final int FLOWS = 2_000;

    private final World world = new World(3);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");

    private void startInSync() {
        a.start();
        b.start();
        world.runMillis(1_000);
        open(a, 0, FLOWS);
        world.runMillis(1_000);
        assertEqual(FLOWS);
    }

    private static void open(SimulatedNode node, int from, int to) {
        for (int number = from; number < to; number++) {
            node.kernel.open(FlowKey.number(number), 600);
        }
        node.kernel.endBurst();
    }

    private void assertEqual(int flows) {
        assertThat(a.kernel.flows()).hasSize(flows);
        assertThat(b.kernel.flows().keySet()).isEqualTo(a.kernel.flows().keySet());
        for (SimulatedNode node : world.nodes()) {
            assertThat(node.verdict).isEqualTo(Verdict.IN_SYNC);
            assertThat(node.machine.status(world.nowNanos()).peers())
                    .allSatisfy(peer -> assertThat(peer.equal()).isTrue());
        }
    }

    /** Makes the kernel of a lose the events of what follows. */
    private void unheard(Runnable what) {
        a.kernel.losesEvents = true;
        what.run();
        a.kernel.losesEvents = false;
    }

    @Test
    void whatAnOverrunHidIsFoundWithoutABulkUpdateOfEverything() {
        startInSync();
        long entries = b.counter(PfsyncCounter.BULK_ENTRIES_IN);
        unheard(() -> {
            open(a, FLOWS, FLOWS + 10);
            a.kernel.progress(FlowKey.number(3));
            for (int number = 100; number < 110; number++) {
                a.kernel.close(FlowKey.number(number));
            }
        });
        a.machine.onOverrun(world.nowNanos());
        world.runMillis(2_000);
        assertEqual(FLOWS);
        assertThat(b.kernel.get(FlowKey.number(3)).state.mark).isEqualTo(1);
        assertThat(a.counter(PfsyncCounter.INTERRUPTIONS)).isLessThanOrEqualTo(1);
        assertThat(b.counter(PfsyncCounter.ENDED_UNTOLD)).isEqualTo(10);
        assertThat(b.counter(PfsyncCounter.BULK_ENTRIES_IN) - entries)
                .as("entries of the buckets that differ, not of all")
                .isLessThan(FLOWS / 8);
    }

    @Test
    void theBackgroundSweepFindsWhatNothingToldOf() {
        startInSync();
        unheard(() -> a.kernel.close(FlowKey.number(7)));
        world.runMillis(10_000);
        assertThat(b.kernel.get(FlowKey.number(7))).isNotNull();
        world.runMillis(Sweep.PERIOD_NANOS / 1_000_000);
        assertEqual(FLOWS - 1);
    }

    private void assertVerified(SimulatedNode node, PeerComparison.Kind kind, int differences) {
        node.machine.beginVerification(world.nowNanos());
        world.runMillis(4_000);
        assertThat(node.machine.isVerified()).isTrue();
        assertThat(node.machine.endVerification()).singleElement().satisfies(peer -> {
            assertThat(peer.equal()).isTrue();
            assertThat(peer.flows()).hasSize(differences).allMatch(each -> each.kind() == kind);
        });
    }

    @Test
    void aVerificationFindsAtThePeerWhatEndedWithoutAnEvent() {
        startInSync();
        unheard(() -> IntStream.range(0, 5).forEach(i -> a.kernel.close(FlowKey.number(i))));
        assertVerified(b, PeerComparison.Kind.ENDED, 5);
        assertEqual(FLOWS - 5);
    }

    @Test
    void aVerificationFindsAtThePeerWhatBeganWithoutAnEvent() {
        startInSync();
        unheard(() -> open(a, FLOWS, FLOWS + 5));
        a.machine.beginVerification(world.nowNanos());
        world.runMillis(4_000);
        assertThat(a.machine.isVerified()).isTrue();
        assertEqual(FLOWS + 5);
    }

    @Test
    void aVerificationFindsACopyThatIsGoneHereWithoutAnEvent() {
        startInSync();
        b.kernel.losesEvents = true;
        b.kernel.close(FlowKey.number(7));
        b.kernel.losesEvents = false;
        assertVerified(b, PeerComparison.Kind.MISSING, 1);
        assertEqual(FLOWS);
    }

    @Test
    void aRestartedBackupIsInSyncThoughFlowsEndedWithoutAnEvent() {
        startInSync();
        unheard(() -> IntStream.range(0, 5).forEach(i -> a.kernel.close(FlowKey.number(i))));
        b.kill();
        b.start();
        world.runMillis(5_000);
        assertEqual(FLOWS - 5);
        assertThat(b.demoted).isFalse();
        assertThat(b.preemptAllowed).isTrue();
    }

    @Test
    void aSmallTableIsReadEveryHalfMinute() {
        startInSync();
        unheard(() -> a.kernel.close(FlowKey.number(7)));
        world.runMillis(35_000);
        assertEqual(FLOWS - 1);
    }

    @Test
    void whatOpenedWhileHalfOpenConnectionsWereNotToldIsFoundOnceTheyAreAgain() {
        startInSync();
        a.machine.onHalfOpenTold(false, world.nowNanos());
        unheard(() -> open(a, FLOWS, FLOWS + 10));
        world.runMillis(10_000);
        assertThat(b.kernel.flows()).hasSize(FLOWS);
        a.machine.onHalfOpenTold(true, world.nowNanos());
        world.runMillis(10_000);
        assertEqual(FLOWS + 10);
    }

    @Test
    void aFloodThatGoesOnIsNotLookedFor() {
        startInSync();
        a.machine.onHalfOpenTold(false, world.nowNanos());
        unheard(() -> open(a, FLOWS, FLOWS + 10));
        a.machine.onHalfOpenTold(true, world.nowNanos());
        world.runMillis(500);
        a.machine.onHalfOpenTold(false, world.nowNanos());
        world.runMillis(10_000);
        assertThat(b.kernel.flows()).hasSize(FLOWS);
    }

    @Test
    void aCopyThatTheKernelGaveUpComesBack() {
        startInSync();
        b.kernel.kill(FlowKey.number(7));
        b.kernel.endBurst();
        world.runMillis(2_000);
        assertEqual(FLOWS);
        assertThat(a.counter(PfsyncCounter.DELETES_IN)).isZero();
    }

    @Test
    void flowsOfTheOldOwnerThatEndedDuringACutGo() {
        startInSync();
        world.cut(a, b, true);
        world.cut(b, a, true);
        world.runMillis(3_000);
        for (int number = 0; number < 50; number++) {
            a.kernel.close(FlowKey.number(number));
        }
        a.kernel.endBurst();
        open(a, FLOWS, FLOWS + 20);
        world.mendAll();
        world.runMillis(3_000);
        assertEqual(FLOWS - 30);
    }

    @Test
    void aLargeTableIsAskedForInPartsAndALossCostsNoPartThatCame() {
        a.start();
        b.start();
        world.runMillis(1_000);
        world.cut(a, b, true);
        world.cut(b, a, true);
        int flows = 140_000;
        open(a, 0, flows);
        world.runMillis(2_000);
        world.mendAll();
        world.longestDelayNanos = 1;
        for (int i = 0; i < 200 && b.kernel.flows().size() < 120_000; i++) {
            world.runMillis(100);
        }
        long before = b.counter(PfsyncCounter.BULK_ENTRIES_IN);
        assertThat(before).isLessThan(flows);
        world.cut(a, b, true);
        world.cut(b, a, true);
        world.runMillis(3_000);
        world.mendAll();
        world.runMillis(15_000);
        assertEqual(flows);
        assertThat(b.counter(PfsyncCounter.BULK_ENTRIES_IN) - before).isLessThan(80_000);
    }

    @Test
    void flowsThatEndedWhileTheOwnersDaemonWasDownGo() {
        startInSync();
        a.kill();
        for (int number = 0; number < 50; number++) {
            a.kernel.close(FlowKey.number(number));
        }
        open(a, FLOWS, FLOWS + 20);
        world.runMillis(300);
        a.start();
        world.runMillis(3_000);
        assertEqual(FLOWS - 30);
    }

    @Test
    void aRestartedOwnerOwnsWhatItFoundInItsKernel() {
        startInSync();
        a.kill();
        a.start();
        a.kernel.close(FlowKey.number(7));
        a.kernel.endBurst();
        world.runMillis(2_000);
        assertThat(a.machine.status(world.nowNanos()).ownedEntries()).isEqualTo(FLOWS - 1);
        assertEqual(FLOWS - 1);
        a.kernel.close(FlowKey.number(8));
        a.kernel.endBurst();
        world.runMillis(10);
        assertThat(b.kernel.get(FlowKey.number(8))).as("told by a delete").isNull();
    }

    @Test
    void aRestartedBackupOwnsNothing() {
        startInSync();
        b.kill();
        b.start();
        world.runMillis(2_000);
        assertThat(b.machine.status(world.nowNanos()).ownedEntries()).isZero();
        b.kernel.close(FlowKey.number(7));
        b.kernel.endBurst();
        world.runMillis(2_000);
        assertEqual(FLOWS);
    }

    @Test
    void anOwnerThatLostItsTableGetsItBack() {
        startInSync();
        a.kill();
        a.kernel.clear();
        world.runMillis(3_000);
        a.start();
        world.runMillis(3_000);
        assertEqual(FLOWS);
    }

    @Test
    void shortBurstsShareAFrameWhileAPeerLags() {
        startInSync();
        world.cut(b, a, true);
        for (int number = FLOWS; number < FLOWS + 4_000; number++) {
            a.kernel.open(FlowKey.number(number), 600);
            a.kernel.endBurst();
            if (number % 10 == 9) {
                world.runMillis(1);
            }
        }
        assertThat(a.machine.backlogs())
                .singleElement()
                .satisfies(peer -> assertThat(peer.frames())
                        .as("frames that a peer must get before the ring forgets them")
                        .isBetween(256L, 500L));
        world.mendAll();
        world.runMillis(2_000);
        assertEqual(FLOWS + 4_000);
    }

    @Test
    void aVerificationNamesWhatDiffered() {
        startInSync();
        unheard(() -> {
            open(a, FLOWS, FLOWS + 1);
            a.kernel.close(FlowKey.number(7));
        });
        a.machine.onOverrun(world.nowNanos());
        // The insertion is told by the sweep; the end is left to the digests, and found by the verification first.
        world.runMillis(200);
        b.machine.beginVerification(world.nowNanos());
        world.runMillis(2_000);
        assertThat(b.machine.isVerified()).isTrue();
        assertThat(b.machine.endVerification()).singleElement().satisfies(peer -> {
            assertThat(peer.node()).isEqualTo("fw-a");
            assertThat(peer.equal()).isTrue();
            assertThat(peer.differingBuckets()).isEqualTo(1);
            assertThat(peer.entries()).isEqualTo(FLOWS);
            assertThat(peer.copies()).isEqualTo(FLOWS);
            StateRecord ended = new StateRecord();
            FlowKey.number(7).writeTo(ended);
            assertThat(peer.flows())
                    .containsExactly(new PeerComparison.Difference(PeerComparison.Kind.ENDED, FlowName.of(ended)));
        });
    }

    @Test
    void theBacklogNamesWhatAPeerHasNotAcknowledged() {
        startInSync();
        assertThat(a.machine.backlogs()).singleElement().satisfies(peer -> {
            assertThat(peer.equal()).isTrue();
            assertThat(peer.frames()).isZero();
            assertThat(peer.changes()).isEmpty();
        });
        world.cut(a, b, true);
        open(a, FLOWS, FLOWS + 3);
        a.kernel.close(FlowKey.number(7));
        a.kernel.endBurst();
        assertThat(a.machine.backlogs()).singleElement().satisfies(peer -> {
            assertThat(peer.listening()).isTrue();
            assertThat(peer.frames()).isPositive();
            assertThat(peer.changes())
                    .extracting(PeerBacklog.Unacknowledged::action)
                    .containsExactly(Action.INSERT, Action.INSERT, Action.INSERT, Action.DELETE);
            assertThat(peer.changes().get(0).flow().source()).isEqualTo("10.0.7.208");
        });
    }
}
