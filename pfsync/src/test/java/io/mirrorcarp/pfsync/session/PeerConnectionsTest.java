// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerConnectionsTest {
    private static final long MILLI = 1_000_000;
    private static final int LOW = 1;
    /** The highest of all: creator ids have no sign. */
    private static final int HIGH = -2;

    private final List<String> wanted = new ArrayList<>();
    private long nowNanos = 5 * MILLI;

    private PeerConnections node(int creatorId) {
        return new PeerConnections(creatorId, new PeerConnections.Output() {
            @Override
            public void listen(int peer) {
                wanted.add("listen " + peer);
            }

            @Override
            public void connect(int peer) {
                wanted.add("connect " + peer);
            }

            @Override
            public void disconnect(int peer) {
                wanted.add("disconnect " + peer);
            }

            @Override
            public void died(int peer, String node) {
                wanted.add("died " + node);
            }

            @Override
            public void log(String line) {
                wanted.add(line);
            }
        });
    }

    private List<String> takeWanted() {
        List<String> taken = List.copyOf(wanted);
        wanted.clear();
        return taken;
    }

    private void wait(PeerConnections node, long millis) {
        long end = nowNanos + millis * MILLI;
        while (node.nextDeadlineNanos() <= end) {
            nowNanos = Math.max(nowNanos, node.nextDeadlineNanos());
            node.onDeadline(nowNanos);
        }
        nowNanos = end;
    }

    /** Connected for a while. */
    private PeerConnections connected() {
        PeerConnections node = node(HIGH);
        node.onPeer(LOW, "fw-b", nowNanos);
        wait(node, 1);
        assertThat(node.onOpen(LOW, nowNanos)).isTrue();
        wait(node, 1_000);
        assertThat(takeWanted()).containsExactly("connect 1");
        return node;
    }

    @Test
    void theHigherCreatorIdConnectsAndTheLowerListens() {
        PeerConnections high = node(HIGH);
        high.onPeer(LOW, "low", nowNanos);
        wait(high, 1);
        assertThat(takeWanted()).containsExactly("connect 1");
        assertThat(high.expects(LOW)).isFalse();
        PeerConnections low = node(LOW);
        low.onPeer(HIGH, "high", nowNanos);
        wait(low, 1);
        assertThat(takeWanted()).containsExactly("listen -2");
        assertThat(low.expects(HIGH)).isTrue();
        assertThat(low.expects(HIGH - 1)).isFalse();
    }

    @Test
    void aCloseWithoutAGoodbyeIsADeathAndAConnectionIsWantedAgain() {
        PeerConnections node = connected();
        node.onClosed(LOW, nowNanos);
        assertThat(takeWanted()).containsExactly("died fw-b");
        wait(node, 1_000);
        assertThat(takeWanted()).containsExactly("connect 1");
    }

    @Test
    void aCloseAfterAGoodbyeOrALossTellsNothing() {
        PeerConnections node = connected();
        node.onPeerGone(LOW);
        node.onClosed(LOW, nowNanos);
        wait(node, 60_000);
        assertThat(takeWanted()).containsExactly("disconnect 1");
        assertThat(node.peers()).isEmpty();
    }

    @Test
    void aConnectionThatComesTooLateIsNotWanted() {
        PeerConnections node = node(HIGH);
        node.onPeer(LOW, "fw-b", nowNanos);
        wait(node, 1);
        node.onPeerGone(LOW);
        assertThat(node.onOpen(LOW, nowNanos)).isFalse();
    }

    @Test
    void aNewLifeOfThePeerGetsAConnectionOfItsOwn() {
        PeerConnections node = connected();
        node.onPeer(LOW, "fw-b", nowNanos);
        wait(node, 1);
        assertThat(takeWanted()).containsExactly("disconnect 1", "connect 1");
        assertThat(node.peers()).hasSize(1);
    }

    @Test
    void aConnectionThatIsClosedAtOnceWasRefusedAndNobodyDied() {
        PeerConnections node = node(HIGH);
        node.onPeer(LOW, "fw-b", nowNanos);
        wait(node, 1);
        node.onOpen(LOW, nowNanos);
        wait(node, 100);
        node.onClosed(LOW, nowNanos);
        wait(node, 99);
        assertThat(takeWanted()).containsExactly("connect 1");
        wait(node, 1);
        assertThat(takeWanted()).containsExactly("connect 1");
    }

    /** Who ends the connections of others shortens the wait for the master once, not for good. */
    @Test
    void aPeerThatOutlivesItsConnectionIsNotTakenForDeadAgainForAMinute() {
        PeerConnections node = connected();
        node.onClosed(LOW, nowNanos);
        assertThat(takeWanted()).containsExactly("died fw-b");
        for (int forged = 0; forged < 4; forged++) {
            wait(node, 1_000);
            node.onOpen(LOW, nowNanos);
            wait(node, 14_000);
            node.onClosed(LOW, nowNanos);
        }
        assertThat(takeWanted()).containsOnly("connect 1");
        wait(node, 1_000);
        node.onOpen(LOW, nowNanos);
        wait(node, 60_000);
        node.onClosed(LOW, nowNanos);
        assertThat(takeWanted()).contains("died fw-b");
    }

    @Test
    void aNewLifeOfAPeerThatDiedIsTrustedAtOnce() {
        PeerConnections node = connected();
        node.onClosed(LOW, nowNanos);
        node.onPeer(LOW, "fw-b", nowNanos);
        wait(node, 1);
        node.onOpen(LOW, nowNanos);
        wait(node, 200);
        takeWanted();
        node.onClosed(LOW, nowNanos);
        assertThat(takeWanted()).containsExactly("died fw-b");
    }

    @Test
    void aConnectionThatThisSideClosesForWhatItCarriesTellsOfNoDeath() {
        PeerConnections node = connected();
        node.onFailed(LOW, "something came by it", nowNanos);
        node.onClosed(LOW, nowNanos);
        wait(node, 100);
        assertThat(takeWanted()).containsExactly("connect 1");
    }

    @Test
    void aConnectionThatIsNotAnsweredIsAFaultOfThePathAndTellsOfNoDeath() {
        PeerConnections node = connected();
        wait(node, 60_000);
        assertThat(node.missing(LOW, nowNanos)).isNull();
        node.onFailed(LOW, PeerConnections.UNANSWERED, nowNanos);
        assertThat(node.missing(LOW, nowNanos)).contains("filtered");
        node.onClosed(LOW, nowNanos);
        wait(node, 100);
        assertThat(takeWanted()).containsExactly("connect 1");
        node.onOpen(LOW, nowNanos);
        assertThat(node.missing(LOW, nowNanos)).isNull();
    }

    @Test
    void triesAtGrowingIntervalsAndTellsOnceThatItIsInVain() {
        PeerConnections node = node(HIGH);
        node.onPeer(LOW, "fw-b", nowNanos);
        List<Long> afterMillis = new ArrayList<>();
        for (int attempt = 0; attempt < 40; attempt++) {
            long due = node.nextDeadlineNanos();
            afterMillis.add((due - nowNanos) / MILLI);
            nowNanos = due;
            node.onDeadline(nowNanos);
            node.onFailed(LOW, "timed out", nowNanos);
        }
        assertThat(afterMillis.subList(0, 11))
                .containsExactly(0L, 100L, 200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 12_800L, 12_800L, 12_800L);
        assertThat(afterMillis.get(39)).isEqualTo(12_800);
        assertThat(takeWanted().stream().filter(line -> !line.equals("connect 1")))
                .containsExactly(
                        "no connection with peer fw-b, so that its death is noticed by its silence only: timed out");
    }
}
