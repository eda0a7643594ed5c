// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Flows that a kernel loses without their end: evicted, flushed, or two where only one can be. */
class LostFlowsTest {
    private static final int FLOWS = 60;
    private static final int TIMEOUT_SECONDS = 600;
    private static final int SNAT_PORT = 7_777;

    private final World world = new World(11);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");

    @BeforeEach
    void inSync() {
        world.nodes().forEach(SimulatedNode::start);
        world.runMillis(1_000);
        IntStream.range(0, FLOWS).forEach(i -> a.kernel.open(FlowKey.number(i), TIMEOUT_SECONDS));
        a.kernel.endBurst();
        world.runMillis(500);
        assertFlows(FLOWS, FLOWS);
        a.machine.requestBulk(world.nowNanos());
        world.runMillis(500);
    }

    private void assertFlows(int onA, int onB) {
        assertThat(a.kernel.flows()).hasSize(onA);
        assertThat(b.kernel.flows()).hasSize(onB);
    }

    private void assertInSync() {
        assertThat(a.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(a.demoted || b.demoted).isFalse();
        assertThat(a.machine.status(world.nowNanos()).peers())
                .allSatisfy(peer -> assertThat(peer.equal()).isTrue());
    }

    @Test
    void whatTheOwnersKernelEvictsStaysAtThePeer() {
        IntStream.range(0, 10).forEach(i -> a.kernel.evict(FlowKey.number(i)));
        a.kernel.endBurst();
        world.runMillis(5_000);
        assertFlows(FLOWS - 10, FLOWS);
        assertInSync();
    }

    @Test
    void anEvictedFlowGoesOnAtThePeerWithItsNextPacket() {
        FlowKey key = FlowKey.number(1);
        a.kernel.evict(key);
        a.kernel.endBurst();
        world.runMillis(500);
        b.kernel.progress(key);
        b.kernel.endBurst();
        world.runMillis(500);
        assertFlows(FLOWS, FLOWS);
        assertThat(a.kernel.get(key).state.mark).isEqualTo(b.kernel.get(key).state.mark);
    }

    /** The old master's kernel loses the address, and with it a connection that it masqueraded. */
    private FlowKey evictMasqueraded(int status) {
        FlowKey key = FlowKey.number(FLOWS + 1);
        a.kernel.open(key, TIMEOUT_SECONDS, 0, SNAT_PORT);
        a.kernel.endBurst();
        world.runMillis(200);
        b.kernel.get(key).state.status |= status;
        a.kernel.evict(key);
        a.kernel.endBurst();
        return key;
    }

    @Test
    void whatTheOldMastersKernelForgetsWithTheAddressTheNewMasterClaims() {
        b.machine.onMaster(true);
        evictMasqueraded(StateRecord.STATUS_ASSURED);
        world.runMillis(500);
        assertFlows(FLOWS + 1, FLOWS + 1);
        assertThat(b.machine.status(world.nowNanos()).ownedEntries()).isEqualTo(1);
        assertInSync();
    }

    @Test
    void soDoesOneThatBecomesMasterSoonAfter() {
        evictMasqueraded(StateRecord.STATUS_ASSURED);
        world.runMillis(2_000);
        assertFlows(FLOWS, FLOWS + 1);
        b.machine.onMaster(true);
        world.runMillis(500);
        assertFlows(FLOWS + 1, FLOWS + 1);
    }

    @Test
    void butNotOneThatStaysBackup() {
        FlowKey key = evictMasqueraded(StateRecord.STATUS_ASSURED);
        world.runMillis(11_000);
        b.machine.onMaster(true);
        world.runMillis(500);
        assertThat(a.kernel.get(key)).isNull();
    }

    @Test
    void norIsAFlowClaimedThatIsNotAssured() {
        b.machine.onMaster(true);
        FlowKey key = evictMasqueraded(0);
        world.runMillis(2_000);
        assertThat(a.kernel.get(key)).isNull();
    }

    @Test
    void aTableThatIsFlushedIsGivenBack() {
        a.kernel.flushTable();
        assertFlows(0, FLOWS);
        world.runMillis(2_000);
        assertFlows(FLOWS, FLOWS);
        assertThat(a.counter(PfsyncCounter.DELETES_OUT)).isZero();
        assertInSync();
    }

    @Test
    void theFlushOfABackupDeletesNothingAtTheMaster() {
        b.kernel.flushTable();
        assertFlows(FLOWS, 0);
        world.runMillis(3_000);
        assertFlows(FLOWS, FLOWS);
        assertThat(b.counter(PfsyncCounter.DELETES_OUT)).isZero();
        assertInSync();
    }

    @Test
    void whatBeginsAfterTheFlushIsNotMixedUpWithWhatWasBefore() {
        a.kernel.flushTable();
        a.kernel.open(FlowKey.number(3), TIMEOUT_SECONDS, 99);
        a.kernel.endBurst();
        world.runMillis(2_000);
        assertFlows(FLOWS, FLOWS);
        assertThat(a.kernel.get(FlowKey.number(3)).state.mark).isEqualTo(99);
        assertThat(b.kernel.get(FlowKey.number(3)).state.mark).isEqualTo(99);
    }

    @Test
    void deletingSomeOfTheFlowsEndsThemEverywhere() {
        IntStream.range(0, FLOWS / 2 - 1).forEach(i -> a.kernel.kill(FlowKey.number(i)));
        a.kernel.endBurst();
        world.runMillis(500);
        assertFlows(FLOWS - FLOWS / 2 + 1, FLOWS - FLOWS / 2 + 1);
        assertInSync();
    }

    private void killAll(SimulatedNode node) {
        killAll(node, 0);
    }

    private void killAll(SimulatedNode node, int but) {
        IntStream.range(but, FLOWS).forEach(i -> node.kernel.kill(FlowKey.number(i)));
        node.kernel.endBurst();
    }

    @Test
    void deletingAllFlowsOneByOneIsNoFlush() {
        killAll(a);
        world.runMillis(500);
        assertFlows(0, 0);
        world.runMillis(10_000);
        assertFlows(0, 0);
        assertInSync();
    }

    @Test
    void whatIsDeletedOnTheMasterIsGoneForGoodThoughThePeerOpenedIt() {
        b.machine.onMaster(true);
        b.kernel.kill(FlowKey.number(1));
        b.kernel.endBurst();
        world.runMillis(500);
        assertFlows(FLOWS - 1, FLOWS - 1);
        killAll(b, 2);
        world.runMillis(500);
        assertFlows(1, 1);
        world.runMillis(10_000);
        assertFlows(1, 1);
        assertInSync();
    }

    @Test
    void whatIsDeletedOnTheMasterIsGoneThoughThePeerHasRestarted() {
        a.kill();
        a.start();
        world.runMillis(2_000);
        b.machine.onMaster(true);
        b.kernel.kill(FlowKey.number(1));
        b.kernel.endBurst();
        world.runMillis(10_000);
        assertFlows(FLOWS - 1, FLOWS - 1);
        assertInSync();
    }

    @Test
    void aCopyThatIsDeletedOnABackupComesBack() {
        killAll(b);
        world.runMillis(5_000);
        assertFlows(FLOWS, FLOWS);
        assertInSync();
    }

    @Test
    void theFlushOfAMasterThatHasCopiesEndsNothing() {
        b.machine.onMaster(true);
        b.kernel.flushTable();
        world.runMillis(3_000);
        assertFlows(FLOWS, FLOWS);
        assertThat(b.counter(PfsyncCounter.DELETES_OUT)).isZero();
        assertInSync();
    }

    @Test
    void deletionsWithoutAPauseAreToldAllTheSame() {
        for (int i = 0; i < FLOWS; i++) {
            a.kernel.kill(FlowKey.number(i));
            a.kernel.endBurst();
            world.runMillis(15);
        }
        assertThat(b.kernel.flows()).hasSizeLessThan(FLOWS / 2);
        world.runMillis(100);
        assertFlows(0, 0);
    }

    @Test
    void aRefusedConnectionEndsEverywhere() {
        FlowKey key = FlowKey.number(1_001);
        a.kernel.open(key, TIMEOUT_SECONDS);
        a.kernel.endBurst();
        world.runMillis(100);
        assertFlows(FLOWS + 1, FLOWS + 1);
        a.kernel.refuse(key);
        a.kernel.endBurst();
        world.runMillis(100);
        assertFlows(FLOWS, FLOWS);
    }

    @Test
    void aFlowThatBeginsAnewRightAfterItsDeletionStays() {
        a.kernel.kill(FlowKey.number(1));
        a.kernel.open(FlowKey.number(1), TIMEOUT_SECONDS, 5);
        a.kernel.endBurst();
        world.runMillis(500);
        assertFlows(FLOWS, FLOWS);
        assertThat(b.kernel.get(FlowKey.number(1)).state.mark).isEqualTo(5);
    }

    @Test
    void aRestartAfterAFlushStillTellsOwnFlowsFromCopies() {
        a.kernel.flushTable();
        world.runMillis(2_000);
        a.kill();
        b.kill();
        a.kernel.close(FlowKey.number(1));
        a.start();
        b.start();
        world.runMillis(5_000);
        assertThat(b.kernel.flows()).hasSameSizeAs(a.kernel.flows());
        assertInSync();
    }

    private void openTwins(FlowKey onA, FlowKey onB) {
        a.kernel.open(onA, TIMEOUT_SECONDS, 0, SNAT_PORT);
        b.kernel.open(onB, TIMEOUT_SECONDS, 0, SNAT_PORT);
    }

    private void assertOnlyOneIsLeft(FlowKey winner, FlowKey loser) {
        world.nodes().forEach(node -> node.kernel.endBurst());
        world.runMillis(3_000);
        world.nodes().forEach(node -> {
            assertThat(node.kernel.get(winner)).as(node.name).isNotNull();
            assertThat(node.kernel.get(loser)).as(node.name).isNull();
        });
        assertInSync();
    }

    @Test
    void ofTwoFlowsWithOneTranslationTheOpenConnectionStays() {
        FlowKey established = FlowKey.number(1_001);
        FlowKey opening = FlowKey.number(1_003);
        world.cut(a, b, true);
        world.cut(b, a, true);
        openTwins(established, opening);
        a.kernel.progress(established);
        a.kernel.progress(established);
        world.runMillis(20);
        world.mendAll();
        assertOnlyOneIsLeft(established, opening);
    }

    @Test
    void ofTwoFlowsWithOneTranslationThatAreAlikeTheSameOneStaysOnBothSides() {
        openTwins(FlowKey.number(1_001), FlowKey.number(1_003));
        assertOnlyOneIsLeft(FlowKey.number(1_003), FlowKey.number(1_001));
    }

    @Test
    void thousandsOfClashesAfterASplitEndEqual() {
        int clashes = 3_000;
        world.cut(a, b, true);
        world.cut(b, a, true);
        world.runMillis(2_000);
        IntStream.range(0, clashes).forEach(i -> {
            a.kernel.open(FlowKey.number(10_000 + 2 * i), TIMEOUT_SECONDS, 0, 10_000 + i);
            b.kernel.open(FlowKey.number(10_001 + 2 * i), TIMEOUT_SECONDS, 0, 10_000 + i);
        });
        world.nodes().forEach(node -> node.kernel.endBurst());
        world.mendAll();
        world.runMillis(20_000);
        assertThat(a.kernel.flows().keySet()).isEqualTo(b.kernel.flows().keySet());
        assertInSync();
    }

    /** The first change of a flow comes behind the next ones, so that all are written at once. */
    private void loseFirstFrame(FlowKey key) {
        world.isLost = frame -> true;
        a.kernel.endBurst();
        world.isLost = frame -> false;
        a.kernel.progress(key);
        a.kernel.progress(key);
        a.kernel.endBurst();
        world.runMillis(50);
        assertThat(b.kernel.get(key).state.mark).isEqualTo(a.kernel.get(key).state.mark);
    }

    @Test
    void ofAFlowThatTakesAPlaceTheLastChangeIsWritten() {
        FlowKey first = FlowKey.number(1_001);
        FlowKey second = FlowKey.number(1_003);
        openTwins(first, second);
        a.kernel.progress(first);
        loseFirstFrame(first);
        assertOnlyOneIsLeft(first, second);
    }

    @Test
    void aFlowThatTakesAPlaceWithItsLastChangeOnlyIsNotMissing() {
        FlowKey first = FlowKey.number(1_001);
        FlowKey second = FlowKey.number(1_003);
        openTwins(first, second);
        loseFirstFrame(first);
        assertOnlyOneIsLeft(first, second);
        assertThat(b.counter(PfsyncCounter.REPAIRS_OF_BUCKETS)).isZero();
    }

    @Test
    void aTranslationThatItsOwnerGivesToAnotherFlowMoves() {
        FlowKey first = FlowKey.number(1_001);
        FlowKey second = FlowKey.number(1_003);
        a.kernel.open(first, TIMEOUT_SECONDS, 0, SNAT_PORT);
        a.kernel.endBurst();
        world.runMillis(100);
        a.kernel.losesEvents = true;
        a.kernel.close(first);
        a.kernel.losesEvents = false;
        a.machine.onOverrun(world.nowNanos());
        a.kernel.open(second, TIMEOUT_SECONDS, 0, SNAT_PORT);
        assertOnlyOneIsLeft(second, first);
    }
}
