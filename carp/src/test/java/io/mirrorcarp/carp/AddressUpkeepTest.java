// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static io.mirrorcarp.carp.TestNode.host;
import static io.mirrorcarp.carp.TestSegment.awaitHeld;
import static io.mirrorcarp.carp.TestSegment.awaitReceived;
import static io.mirrorcarp.carp.TestSegment.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.Nudge;
import io.mirrorcarp.carp.election.TransitionReason;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.netio.NetworkNamespace;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What happens to the addresses, and to the carpdev below them, without the daemon's doing. */
class AddressUpkeepTest extends SegmentTest {
    private static final VirtualHost PREFERRED = host("wan", 7, "eth0", 25, "10.9.0.1/24", "fd09::1/64");
    private static final VirtualHost SPARE = host("wan", 7, "eth0", 50, "10.9.0.1/24", "fd09::1/64");

    private String run(String command) {
        return segment.net.run(segment.firewallA, command);
    }

    private static long putBack(TestNode node) {
        return node.counter(CarpCounter.ADDRESSES_PUT_BACK);
    }

    @Test
    void addressesThatAnotherProgramRemovesArePutBack() throws Exception {
        TestNode a = segment.start(segment.firewallA, PREFERRED);
        awaitHeld(a, "wan");
        assertThat(putBack(a)).isZero();
        run("ip addr del 10.9.0.1/32 dev eth0");
        eventually(() -> assertThat(putBack(a)).isEqualTo(1));
        segment.assertPing(segment.client, "10.9.0.1");
        run("ip addr flush dev eth0 scope global deprecated");
        eventually(() -> assertThat(putBack(a)).isEqualTo(2));
        run("ip addr del 10.9.0.1/32 dev eth0");
        run("ip addr del fd09::1/128 dev eth0");
        eventually(() -> assertThat(segment.virtualAddresses(segment.firewallA)).contains("10.9.0.1/", "fd09::1/"));
        segment.assertPing(segment.client, "10.9.0.1");
        segment.assertPing(segment.client, "fd09::1");
        assertThat(a.state("wan")).isEqualTo(CarpState.MASTER);
        a.awaitEvent("VHID 7@eth0: addresses that were taken away are put back (2 times so far)");
    }

    @Test
    void whatTheNodeItselfGivesUpIsNotPutBack() throws Exception {
        TestNode a = segment.start(segment.firewallA, PREFERRED);
        awaitHeld(a, "wan");
        TestNode.get(a.verticle().nudge("wan", Nudge.DOWN));
        eventually(() -> assertThat(segment.virtualAddresses(segment.firewallA)).isEmpty());
        TestNode.get(a.verticle().nudge("wan", Nudge.UP));
        awaitHeld(a, "wan");
        segment.assertPing(segment.client, "10.9.0.1");
        assertThat(putBack(a)).isZero();
    }

    @Test
    void manyVhidsAndAddressesShareACarpdev() throws Exception {
        VirtualHost[] hosts = new VirtualHost[12];
        for (int i = 0; i < hosts.length; i++) {
            String[] addresses = {"10.9.0." + (100 + i) + "/24", "10.9." + (1 + i) + ".1/24", "fd09::1" + i + "/64"};
            hosts[i] = host("v" + i, 20 + i, "eth0", 50, addresses);
        }
        TestNode a = segment.start(segment.firewallA, hosts);
        for (VirtualHost host : hosts) {
            awaitHeld(a, host.name());
        }
        for (int i = 0; i < hosts.length; i++) {
            segment.assertPing(segment.client, "10.9.0." + (100 + i));
            segment.assertPing(segment.client, "fd09::1" + i);
        }
        a.stop();
        assertThat(segment.virtualAddresses(segment.firewallA)).isEmpty();
        assertThat(run("ip -o addr show")).doesNotContain("10.9.0.10");
    }

    @Test
    void aServiceBindsTheAddressOfABackupAndTheSettingIsPutBack() throws Exception {
        TestNode a = segment.start(segment.firewallA, PREFERRED);
        awaitHeld(a, "wan");
        TestNode b = segment.start(segment.firewallB, SPARE);
        awaitReceived(b, CarpCounter.PACKETS_RECEIVED, 3);
        assertThat(b.state("wan")).isEqualTo(CarpState.BACKUP);
        assertThat(segment.net.run(segment.firewallB, "ip -o addr show"))
                .doesNotContain("10.9.0.1/")
                .doesNotContain("fd09::1/");
        for (String address : new String[] {"10.9.0.1", "fd09::1"}) {
            NetworkNamespace.within(segment.firewallB, () -> {
                try (ServerSocket service = new ServerSocket(0, 1, InetAddress.getByName(address))) {
                    assertThat(service.isBound()).isTrue();
                }
                return true;
            });
        }
        b.stop();
        assertThat(segment.net.run(segment.firewallB, "sysctl -n net.ipv4.ip_nonlocal_bind net.ipv6.ip_nonlocal_bind"))
                .isEqualTo("0\n0\n");
    }

    @Test
    void aCarpdevThatComesAfterTheStartIsFollowed() throws Exception {
        run("ip link set dev eth0 down");
        run("ip link set dev eth0 name eth7");
        TestNode a = segment.start(segment.firewallA, PREFERRED);
        assertThat(a.state("wan")).isEqualTo(CarpState.INIT);
        assertThat(a.snapshot().virtualHost("wan").orElseThrow().reason()).isEqualTo(TransitionReason.INTERFACE_DOWN);
        assertThat(a.snapshot().demotion()).isEqualTo(240);
        a.awaitEvent("carpdev eth0 does not exist");
        run("ip link set dev eth7 name eth0");
        run("ip link set dev eth0 up");
        awaitHeld(a, "wan");
        eventually(() -> assertThat(a.snapshot().demotion()).isZero());
        segment.assertPing(segment.client, "10.9.0.1");
    }

    @Test
    void aCarpdevThatIsRenamedIsLostAndComesBackWithItsName() throws Exception {
        TestNode a = segment.start(segment.firewallA, PREFERRED);
        awaitHeld(a, "wan");
        run("ip link set dev eth0 down");
        run("ip link set dev eth0 name eth7");
        run("ip link set dev eth7 up");
        a.awaitState("wan", CarpState.INIT);
        eventually(() -> assertThat(segment.virtualAddresses(segment.firewallA)).isEmpty());
        assertThat(a.snapshot().demotion()).isEqualTo(240);
        run("ip link set dev eth7 down");
        run("ip link set dev eth7 name eth0");
        run("ip link set dev eth0 up");
        awaitHeld(a, "wan");
        segment.assertPing(segment.client, "10.9.0.1");
    }

    @Test
    void aLinkThatFlapsMovesNothingWithinItsDelays() throws Exception {
        long delayNanos = TimeUnit.MINUTES.toNanos(5);
        Attachment slow = Attachment.DEFAULT.withDelays(0, delayNanos);
        TestNode a = segment.start(segment.firewallA, PREFERRED.withAttachment(slow));
        awaitHeld(a, "wan");
        int changes = a.changes.size();
        for (int i = 0; i < 3; i++) {
            segment.net.run(segment.bridge, "ip link set dev port-a down");
            eventually(() -> assertThat(run("ip -br link show dev eth0")).contains("DOWN"));
            segment.net.run(segment.bridge, "ip link set dev port-a up");
            eventually(() -> assertThat(run("ip -br link show dev eth0")).contains(" UP "));
        }
        segment.assertPing(segment.client, "10.9.0.1");
        assertThat(a.changes).hasSize(changes);
        assertThat(a.state("wan")).isEqualTo(CarpState.MASTER);
    }

    @Test
    void whatAnotherDaemonHoldsOnTheCarpdevIsLeftAlone() throws Exception {
        TestNode a = segment.start(segment.firewallA, PREFERRED);
        awaitHeld(a, "wan");
        TestNode other = segment.node(segment.firewallA, "other").start(host("lan", 8, "eth0", 25, "10.9.0.8/24"));
        awaitHeld(other, "lan");
        assertThat(segment.virtualAddresses(segment.firewallA)).contains("10.9.0.1/32", "10.9.0.8/32");
        segment.assertPing(segment.client, "10.9.0.1");
        segment.assertPing(segment.client, "10.9.0.8");
        assertThat(putBack(a)).isZero();
    }
}
