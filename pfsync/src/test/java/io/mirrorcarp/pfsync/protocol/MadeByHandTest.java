// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an administrator makes, changes and deletes in a kernel's table by hand, on the master and on its backup. */
class MadeByHandTest {
    private static final FlowKey FLOW = FlowKey.number(1);
    private static final FlowKey UDP = FlowKey.number(3);
    private static final FlowKey UNKNOWN = FlowKey.number(2);
    private static final int TIMEOUT_SECONDS = 600;
    private static final int PORT = 4_000;
    private static final int OTHER_PORT = 5_000;

    private final World world = new World(17);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");

    @BeforeEach
    void inSync() {
        a.isMaster = true;
        world.nodes().forEach(SimulatedNode::start);
        world.runMillis(1_000);
        a.kernel.open(FLOW, TIMEOUT_SECONDS, 0, PORT);
        a.kernel.progress(FLOW);
        a.kernel.progress(FLOW);
        a.kernel.open(UDP, TIMEOUT_SECONDS);
        a.kernel.endBurst();
        world.runMillis(500);
        assertPort(PORT);
    }

    private void assertPort(int port) {
        for (SimulatedNode node : world.nodes()) {
            assertThat(node.kernel.get(FLOW)).as(node.name).isNotNull();
            assertThat(node.kernel.get(FLOW).state.snatPort).as(node.name).isEqualTo(port);
        }
    }

    private void replace(SimulatedNode node) {
        node.kernel.kill(FLOW);
        assertThat(node.kernel.make(FLOW, TIMEOUT_SECONDS, OTHER_PORT)).isTrue();
        node.kernel.endBurst();
    }

    private void assertInSync() {
        assertThat(a.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
    }

    @Test
    void onABackupItDoesNotReplaceTheMastersFlow() {
        replace(b);
        world.runMillis(2_000);
        assertPort(PORT);
        assertInSync();
    }

    /** Nobody knows the flow then, and the daemon that comes back only holds what it finds: neither counts more, and the living one is right. */
    @Test
    void onABackupWhoseMastersDaemonIsDownItGivesWayWhenThatComesBack() {
        a.kill();
        world.runMillis(2_000);
        replace(b);
        world.runMillis(500);
        a.start();
        world.runMillis(3_000);
        assertPort(PORT);
        assertInSync();
    }

    @Test
    void onTheMasterItDoes() {
        replace(a);
        world.runMillis(2_000);
        assertPort(OTHER_PORT);
        assertInSync();
    }

    @Test
    void withoutAnEventItIsFoundAndPutRight() {
        b.kernel.losesEvents = true;
        replace(b);
        b.kernel.losesEvents = false;
        world.runMillis(40_000);
        assertPort(PORT);
        assertInSync();
    }

    @Test
    void anUpdateOfTheMasterDoesNotLeaveItsTranslation() {
        b.kernel.losesEvents = true;
        replace(b);
        b.kernel.losesEvents = false;
        a.kernel.progress(FLOW);
        a.kernel.endBurst();
        world.runMillis(40_000);
        assertPort(PORT);
    }

    @Test
    void aFlowThatNobodyKnowsStaysOnTheBackupAndGivesWay() {
        assertThat(b.kernel.make(UNKNOWN, TIMEOUT_SECONDS, OTHER_PORT)).isTrue();
        b.kernel.endBurst();
        world.runMillis(40_000);
        assertThat(a.kernel.get(UNKNOWN)).isNull();
        assertThat(b.kernel.get(UNKNOWN)).isNotNull();
        assertInSync();
        a.kernel.open(UNKNOWN, TIMEOUT_SECONDS, 0, PORT + 1);
        a.kernel.endBurst();
        world.runMillis(500);
        assertThat(b.kernel.get(UNKNOWN).state.snatPort).isEqualTo(PORT + 1);
    }

    @Test
    void itsTranslationGivesWayToTheMastersFlow() {
        assertThat(b.kernel.make(UNKNOWN, TIMEOUT_SECONDS, OTHER_PORT)).isTrue();
        b.kernel.endBurst();
        FlowKey other = FlowKey.number(4);
        a.kernel.open(other, TIMEOUT_SECONDS, 0, OTHER_PORT);
        a.kernel.progress(other);
        a.kernel.progress(other);
        a.kernel.endBurst();
        world.runMillis(2_000);
        assertThat(a.kernel.get(other).state.snatPort).isEqualTo(OTHER_PORT);
        a.kernel.progress(other);
        a.kernel.endBurst();
        world.runMillis(2_000);
        assertThat(b.kernel.get(other)).isNotNull();
        assertInSync();
    }

    /** After a way back the other node owns what it served, and hears nothing of the packets that pass here. */
    @Test
    void whatABackupDeletesOfItsOwnStaysOnTheMasterAndComesBack() {
        a.setMaster(false);
        b.setMaster(true);
        world.runMillis(100);
        for (FlowKey key : new FlowKey[] {UDP, FLOW}) {
            a.kernel.kill(key);
            a.kernel.endBurst();
            world.runMillis(500);
            assertThat(b.kernel.get(key)).as("idle or not, nobody can tell").isNotNull();
            assertThat(a.kernel.get(key)).as("given back").isNotNull();
        }
        assertInSync();
        b.kernel.kill(FLOW);
        b.kernel.endBurst();
        world.runMillis(500);
        assertThat(a.kernel.get(FLOW))
                .as("the master has claimed it, and ends it")
                .isNull();
    }

    /** Nobody has virtual addresses: who sees packets of a flow keeps it, and nobody does. */
    @Test
    void withoutAMasterItEndsUnlessItIsInUse() {
        a.setMaster(false);
        b.setMaster(false);
        world.runMillis(3_000);
        b.kernel.touch(UDP, TIMEOUT_SECONDS / 2);
        for (FlowKey key : new FlowKey[] {UDP, FLOW}) {
            a.kernel.kill(key);
            a.kernel.endBurst();
            world.runMillis(500);
        }
        assertThat(b.kernel.get(UDP)).as("in use").isNotNull();
        assertThat(a.kernel.get(UDP)).as("given back").isNotNull();
        assertThat(b.kernel.get(FLOW)).as("used nowhere").isNull();
        assertInSync();
    }

    private void cut(boolean isCut) {
        world.cut(a, b, isCut);
        world.cut(b, a, isCut);
    }

    @Test
    void whatTheMasterDeletesDuringACutDoesNotComeBackFromWhoMissedThat() {
        a.setMaster(false);
        b.setMaster(true);
        cut(true);
        world.runMillis(2_000);
        for (int i = 0; i < 20; i++) {
            a.kernel.progress(FLOW);
        }
        a.kernel.endBurst();
        b.kernel.kill(FLOW);
        b.kernel.endBurst();
        world.runMillis(500);
        cut(false);
        world.runMillis(3_000);
        assertThat(a.kernel.get(FLOW)).isNull();
        assertThat(b.kernel.get(FLOW)).isNull();
        assertInSync();
    }

    /** What is deleted is told 20 ms later. Whether that was on a master is a matter of the moment at which it was deleted. */
    @Test
    void whatTheMasterDeletesIsGoneThoughItIsABackupAMomentLater() {
        a.kernel.kill(FLOW);
        a.kernel.endBurst();
        world.runMillis(5);
        a.setMaster(false);
        b.setMaster(true);
        world.runMillis(2_000);
        assertThat(a.kernel.get(FLOW)).isNull();
        assertThat(b.kernel.get(FLOW)).isNull();
        assertInSync();
    }

    /** The master has seen no packet of what it kept: when the timer runs out where packets were, the flow ends. */
    @Test
    void whatTheMasterKeptEndsWithItsLastPacketElsewhere() {
        a.setMaster(false);
        b.setMaster(true);
        a.kernel.kill(UDP);
        a.kernel.endBurst();
        world.runMillis(500);
        assertThat(a.kernel.get(UDP)).as("given back").isNotNull();
        a.kernel.touch(UDP, TIMEOUT_SECONDS);
        world.runMillis(TIMEOUT_SECONDS * 1_000L + 1);
        a.kernel.expire();
        world.runMillis(500);
        assertThat(a.kernel.get(UDP)).isNull();
        assertThat(b.kernel.get(UDP)).isNull();
        assertInSync();
    }
}
