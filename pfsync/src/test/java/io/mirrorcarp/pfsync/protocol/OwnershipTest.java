// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.session.PfsyncCounter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose a flow is, and who may end it. */
class OwnershipTest {
    /** A UDP flow. */
    private static final FlowKey UDP = FlowKey.number(3);

    private static final FlowKey TCP = FlowKey.number(1);
    private static final int TIMEOUT_SECONDS = 10;
    private static final int SYN_SENT = 1;
    private static final int SYN_RECV = 2;
    private static final int ESTABLISHED = 3;
    private static final int FIN_WAIT = 4;
    private static final int TIME_WAIT = 7;

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

    /** A packet brings a TCP flow to a state. */
    private static void enter(SimulatedNode node, int tcpState) {
        // Up to ESTABLISHED each packet is a step further.
        node.kernel.get(TCP).state.protocolState = tcpState > ESTABLISHED ? tcpState : tcpState - 1;
        node.kernel.progress(TCP);
        node.kernel.endBurst();
    }

    private void assertTcpState(int tcpState) {
        assertThat(world.nodes().stream().map(node -> node.kernel.get(TCP).state.protocolState))
                .containsOnly(tcpState);
        assertThat(world.nodes().stream()
                        .mapToLong(node -> node.machine.status(world.nowNanos()).ownedEntries())
                        .sum())
                .isEqualTo(2);
    }

    private void openTcp(int tcpState) {
        open(a, TCP, 600);
        enter(a, tcpState);
        world.runMillis(100);
    }

    @Test
    void whatTheOwnerSawBeforeItWasKilledBeatsWhatItsSuccessorKnew() {
        open(a, TCP, 600);
        a.kill();
        enter(a, ESTABLISHED);
        world.runMillis(2_000);
        enter(b, SYN_RECV);
        world.runMillis(100);
        a.start();
        world.runMillis(3_000);
        assertTcpState(ESTABLISHED);
        assertThat(a.counter(PfsyncCounter.STALE)).isPositive();
        assertThat(a.counter(PfsyncCounter.UPDATES_OUT)).isEqualTo(1);
    }

    @Test
    void theFurtherOneOfTwoStatesOfAnUnknownPastWins() {
        openTcp(ESTABLISHED);
        world.nodes().forEach(SimulatedNode::kill);
        enter(a, FIN_WAIT);
        world.nodes().forEach(SimulatedNode::start);
        world.runMillis(3_000);
        assertTcpState(FIN_WAIT);
    }

    @Test
    void theFurtherOneOfTwoClaimsMadeAtTheSameTimeWins() {
        openTcp(ESTABLISHED);
        world.cut(b, c, true);
        world.cut(c, b, true);
        enter(b, FIN_WAIT);
        enter(c, ESTABLISHED);
        world.runMillis(20);
        world.mendAll();
        world.runMillis(3_000);
        assertTcpState(FIN_WAIT);
    }

    @Test
    void aClaimOfWhoMissedTheEndOfAConnectionDoesNotOpenItAgain() {
        openTcp(ESTABLISHED);
        enter(a, FIN_WAIT);
        enter(b, ESTABLISHED);
        world.runMillis(1_000);
        assertTcpState(FIN_WAIT);
        assertThat(a.counter(PfsyncCounter.STALE)).isEqualTo(1);
        assertThat(b.counter(PfsyncCounter.STALE)).isPositive();
    }

    @Test
    void whatAnOrphanCameToIsNotTakenBack() {
        openTcp(ESTABLISHED);
        world.cut(a, b, true);
        enter(a, FIN_WAIT);
        world.runMillis(5);
        a.kill();
        world.runMillis(2_000);
        enter(b, ESTABLISHED);
        world.runMillis(1_000);
        assertThat(b.kernel.get(TCP).state.protocolState).isEqualTo(FIN_WAIT);
        assertThat(c.kernel.get(TCP).state.protocolState).isEqualTo(FIN_WAIT);
    }

    @Test
    void aConnectionThatBeginsAnewIsNotBehindTheOneBefore() {
        openTcp(ESTABLISHED);
        b.kernel.kill(TCP);
        open(b, TCP, 600);
        world.runMillis(1_000);
        assertTcpState(SYN_SENT);
    }

    @Test
    void aConnectionThatBeganAnewUnheardIsNotBehindOneThatIsOver() {
        openTcp(TIME_WAIT);
        a.kill();
        b.kernel.kill(TCP);
        open(b, TCP, 600);
        a.start();
        world.runMillis(3_000);
        assertTcpState(SYN_SENT);
    }

    @Test
    void anOlderChangeIsAnsweredWithTheNewerOne() {
        openTcp(ESTABLISHED);
        world.cut(b, a, true);
        enter(b, ESTABLISHED);
        enter(b, ESTABLISHED);
        world.runMillis(1);
        for (int i = 0; i < 40; i++) {
            enter(a, ESTABLISHED);
        }
        long told = a.counter(PfsyncCounter.UPDATES_OUT);
        world.cut(b, a, false);
        world.runMillis(1_000);
        assertTcpState(ESTABLISHED);
        assertThat(a.counter(PfsyncCounter.UPDATES_OUT)).isGreaterThan(told);
    }

    @Test
    void aConnectionWhoseHandshakeWasNotToldIsNewToThePeers() {
        a.kernel.tellsHalfOpen = false;
        long before = a.counter(PfsyncCounter.INSERTS_OUT);
        openTcp(ESTABLISHED);
        assertTcpState(ESTABLISHED);
        assertThat(a.counter(PfsyncCounter.INSERTS_OUT)).isEqualTo(before + 1);
        assertThat(a.counter(PfsyncCounter.UPDATES_OUT)).isZero();
    }

    /** A connection is over; at b another one with its tuple begins, of which nothing is told before it is established. */
    private void beginAnewUntold() {
        openTcp(TIME_WAIT);
        b.kernel.tellsHalfOpen = false;
        b.kernel.evict(TCP);
        open(b, TCP, 600);
    }

    @Test
    void aConnectionThatBeginsAnewWithAnUntoldHandshakeIsNotBehindOneThatIsOver() {
        beginAnewUntold();
        enter(b, ESTABLISHED);
        world.runMillis(1_000);
        assertTcpState(ESTABLISHED);
    }

    @Test
    void norIsOneThatOnlyADumpShows() {
        beginAnewUntold();
        b.kernel.losesEvents = true;
        enter(b, ESTABLISHED);
        b.kernel.losesEvents = false;
        b.machine.onOverrun(world.nowNanos());
        world.runMillis(1_000);
        assertTcpState(ESTABLISHED);
    }

    @Test
    void aStepOfACopyThatNobodyHeardIsFound() {
        openTcp(ESTABLISHED);
        b.kernel.losesEvents = true;
        enter(b, FIN_WAIT);
        b.kernel.losesEvents = false;
        b.machine.onOverrun(world.nowNanos());
        world.runMillis(1_000);
        assertTcpState(FIN_WAIT);
    }

    @Test
    void aFlowThatItsOwnerLeftToAnotherIsKeptUntilThatOneNamesIt() {
        List<FlowKey> deleted = new ArrayList<>();
        a.kernel.onStolen = deleted::add;
        open(b, TCP, 600);
        b.kill();
        c.kill();
        world.cut(a, b, true);
        world.cut(b, a, true);
        // Both hold what they find, and the flow is that of the higher creator id.
        b.start();
        c.start();
        world.runMillis(500);
        world.mendAll();
        world.runMillis(3_000);
        assertThat(deleted).isEmpty();
        assertOn(TCP, true, true, true);
        assertThat(c.machine.status(world.nowNanos()).ownedEntries()).isPositive();
    }
}
