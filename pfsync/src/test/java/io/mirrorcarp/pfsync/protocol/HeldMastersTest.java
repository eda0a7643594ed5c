// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.message.Announcement;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Of three nodes one is lost for good. What another one, in session, says that it is master of may be replaced all the same. */
class HeldMastersTest {
    private static final InetAddress B = InetAddress.getLoopbackAddress();
    private static final PeerMaster WAN_OF_B = new PeerMaster(7, 70, B);

    private final World world = new World(5);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");
    private final SimulatedNode c = world.add("fw-c");

    private void start() {
        List.of(a, b, c).forEach(SimulatedNode::start);
        world.runMillis(1_000);
        assertThat(a.preemptAllowed).isTrue();
    }

    private void say(SimulatedNode node, boolean master) {
        Announcement.Host host =
                new Announcement.Host("wan", 7, 70, 1, master, List.of(), 12, 0, master ? List.of(B) : List.of());
        node.machine.announce(new Announcement("1", 0, List.of(), List.of(host), 0), world.nowNanos());
        world.runMillis(600);
    }

    @Test
    void aPeerInSessionIsHeldWhileAnotherOneIsLost() {
        start();
        say(b, true);
        c.kill();
        world.runMillis(2_000);
        assertThat(a.preemptAllowed).as("a peer is lost").isFalse();
        assertThat(a.mastersHeld).containsExactly(WAN_OF_B);
        say(b, false);
        assertThat(a.mastersHeld).as("it is master no longer").isEmpty();
    }

    @Test
    void aPeerWhoseStatesAreDoubtfulIsNotHeld() {
        start();
        say(b, true);
        assertThat(a.mastersHeld).containsExactly(WAN_OF_B);
        b.kill();
        world.runMillis(2_000);
        assertThat(a.mastersHeld).as("it is the lost one").isEmpty();
    }

    @Test
    void aNodeWhoseOwnTableMayNotBeWholeHoldsNobody() {
        start();
        say(b, true);
        a.machine.onPath(0, false, "it is down", false, world.nowNanos());
        world.runMillis(1);
        assertThat(a.mastersHeld).isEqualTo(Set.of());
    }

    @Test
    void aPeerThatIsThereIsNotMistakenForTheOneThatIsLost() {
        start();
        say(b, true);
        say(c, false);
        c.kill();
        world.runMillis(2_000);
        assertThat(a.mastersBesideTheLost).containsExactly(WAN_OF_B);
        b.kill();
        world.runMillis(2_000);
        assertThat(a.mastersBesideTheLost).as("what it said itself").isEmpty();
    }

    @Test
    void whatTheOnlyPeerSaysIsKnownAsSuch() {
        start();
        say(b, true);
        say(c, true);
        assertThat(a.mastersOfTheOnlyPeer).as("each may follow the other too").isEmpty();
        c.kill();
        world.runMillis(2_000);
        assertThat(a.mastersOfTheOnlyPeer).as("fw-c is lost").containsExactly(WAN_OF_B);
        c.start();
        world.runMillis(1_000);
        assertThat(a.mastersOfTheOnlyPeer).as("fw-c is back").isEqualTo(Set.of());
    }

    @Test
    void theLastWordOfThatPeerCountsWhenItDies() {
        List.of(a, b).forEach(SimulatedNode::start);
        world.runMillis(1_000);
        say(b, true);
        b.kill();
        world.runMillis(2_000);
        assertThat(a.mastersOfTheOnlyPeer).containsExactly(WAN_OF_B);
        b.start();
        world.runMillis(1_000);
        assertThat(a.mastersOfTheOnlyPeer)
                .as("it is back, and has said nothing yet")
                .isEmpty();
    }
}
