// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static io.mirrorcarp.carp.TestNode.host;
import static io.mirrorcarp.carp.TestSegment.awaitHeld;
import static io.mirrorcarp.carp.TestSegment.awaitReceived;
import static io.mirrorcarp.carp.TestSegment.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.election.CarpSettings;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.election.TakeoverSettings;
import io.mirrorcarp.carp.election.TransitionReason;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.vertx.core.Promise;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a node promises when it cannot take an address, or does not know its peers' states. On real kernels. */
class FailedTakeKernelTest extends SegmentTest {
    private static final String ADDRESS = "10.9.0.1/24";
    private static final long BOUND_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private void useTheVirtualMacOnA() {
        segment.net.run(
                segment.firewallA, "ip link add vrrp.7 link eth0 address 00:00:5e:00:01:07 type macvlan mode private");
        segment.net.run(segment.firewallA, "ip link set vrrp.7 up");
    }

    private static void expectDemotedForItsAddresses(TestNode node) {
        eventually(() -> assertThat(node.snapshot().demotionSources())
                .extracting(DemotionSource::name)
                .contains("addresses"));
    }

    @Test
    void aPreferredNodeOnWhoseHostTheVirtualMacIsInUseDisplacesNobodyUntilARehearsalSucceeds() throws Exception {
        useTheVirtualMacOnA();
        TestNode b = segment.start(segment.firewallB, host("wan", 7, "eth0", 50, ADDRESS));
        awaitHeld(b, "wan");
        TestNode a = segment.start(segment.firewallA, host("wan", 7, "eth0", 25, ADDRESS));
        expectDemotedForItsAddresses(a);
        assertThat(a.events)
                .anyMatch(event -> event.contains("a takeover would fail: use 00:00:5e:00:01:07, which vrrp.7 has"));
        awaitReceived(a, CarpCounter.PACKETS_RECEIVED, 10);
        assertThat(a.changes).noneMatch(change -> change.to() == CarpState.MASTER);
        assertThat(a.counter(CarpCounter.PACKETS_SENT)).isZero();
        segment.assertPing(segment.client, "10.9.0.1");
        segment.net.run(segment.firewallA, "ip link del vrrp.7");
        awaitHeld(a, "wan");
        b.awaitState("wan", CarpState.BACKUP);
        segment.assertPing(segment.client, "10.9.0.1");
        assertThat(a.snapshot().demotionSources()).isEmpty();
    }

    /** A setting comes while the node is master: its clients find its neighbour instead, and itself again when it is mended. */
    @Test
    void aMasterWhoseAddressesAreSilencedGivesWayUntilThatIsMended() throws Exception {
        TestNode a = segment.start(segment.firewallA, host("wan", 7, "eth0", 25, ADDRESS));
        awaitHeld(a, "wan");
        TestNode b = segment.start(segment.firewallB, host("wan", 7, "eth0", 50, ADDRESS));
        b.awaitState("wan", CarpState.BACKUP);
        segment.net.run(segment.firewallA, "sysctl -qw net.ipv4.conf.all.arp_ignore=8");
        expectDemotedForItsAddresses(a);
        awaitHeld(b, "wan");
        segment.net.run(segment.client, "ip neigh flush all");
        segment.assertPing(segment.client, "10.9.0.1");
        assertThat(a.events)
                .anyMatch(event ->
                        event.contains("the addresses are not answered for: net.ipv4.conf.all.arp_ignore = 8"));
        segment.net.run(segment.firewallA, "sysctl -qw net.ipv4.conf.all.arp_ignore=0");
        awaitHeld(a, "wan");
        assertThat(a.snapshot().demotionSources()).isEmpty();
    }

    /** It came after the rehearsal of the start: the take itself finds it, and no advertisement says what is not so. */
    @Test
    void aTakeThatFindsTheVirtualMacInUseFailsAndTheNodeSaysNothing() throws Exception {
        TestNode b = segment.start(segment.firewallB, host("wan", 7, "eth0", 25, ADDRESS));
        awaitHeld(b, "wan");
        TestNode a = segment.start(segment.firewallA, host("wan", 7, "eth0", 50, ADDRESS));
        awaitReceived(a, CarpCounter.PACKETS_RECEIVED, 3);
        assertThat(a.snapshot().demotionSources()).as("rehearsed").isEmpty();
        useTheVirtualMacOnA();
        b.stop();
        expectDemotedForItsAddresses(a);
        assertThat(a.changes)
                .anyMatch(change -> change.to() == CarpState.BACKUP && change.reason() == TransitionReason.TAKE_FAILED);
        assertThat(a.counter(CarpCounter.PACKETS_SENT)).isZero();
        assertThat(segment.virtualAddresses(segment.firewallA)).isEmpty();
        segment.net.run(segment.firewallA, "ip link del vrrp.7");
        awaitHeld(a, "wan");
        segment.assertPing(segment.client, "10.9.0.1");
        assertThat(a.counter(CarpCounter.PACKETS_SENT)).isPositive();
    }

    private static VirtualHost waiting(int advskew) {
        CarpSettings settings = CarpSettings.of(7, 0, advskew)
                .withPreempt(true)
                .withTakeover(TakeoverSettings.AT_ONCE.withBarrier(BOUND_NANOS));
        return host("wan", "eth0", settings, ADDRESS);
    }

    @Test
    void aReplicationThatDoesNotAnswerDelaysATakeoverByTwoHundredMillisecondsAndDisplacesNobody() throws Exception {
        TestNode b = segment.start(segment.firewallB, host("wan", 7, "eth0", 50, ADDRESS));
        awaitHeld(b, "wan");
        TestNode a = segment.node(segment.firewallA, "a")
                .statesReady(() -> Promise.<Void>promise().future())
                .start(waiting(25));
        awaitReceived(a, CarpCounter.PACKETS_RECEIVED, 10);
        assertThat(a.state("wan"))
                .as("the better node, beside a master that lives")
                .isEqualTo(CarpState.BACKUP);
        long stoppedNanos = System.nanoTime();
        b.stop();
        a.awaitState("wan", CarpState.MASTER);
        long took = System.nanoTime() - stoppedNanos;
        assertThat(TimeUnit.NANOSECONDS.toMillis(took)).as("ms").isBetween(190L, 600L);
        awaitHeld(a, "wan");
        segment.assertPing(segment.client, "10.9.0.1");
    }

    /** The control: with an answer the better node takes over at once. */
    @Test
    void aReplicationThatAnswersLetsTheBetterNodeTakeOver() throws Exception {
        TestNode b = segment.start(segment.firewallB, host("wan", 7, "eth0", 50, ADDRESS));
        awaitHeld(b, "wan");
        TestNode a = segment.start(segment.firewallA, waiting(25));
        awaitHeld(a, "wan");
        b.awaitState("wan", CarpState.BACKUP);
    }
}
