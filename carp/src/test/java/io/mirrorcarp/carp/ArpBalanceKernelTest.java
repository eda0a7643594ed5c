// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static io.mirrorcarp.carp.TestNode.host;
import static io.mirrorcarp.carp.TestSegment.awaitHeld;
import static io.mirrorcarp.carp.TestSegment.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.Nudge;
import io.mirrorcarp.carp.io.ArpProbe;
import io.mirrorcarp.carp.io.MacMode;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.VirtualMac;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vhids 1 and 2 on 10.9.0.1, each preferred on one node; clients 10.9.0.9, whose index is 1, and 10.9.0.8, whose index is 0. */
class ArpBalanceKernelTest {
    private static final String SHARED = "10.9.0.1";
    /** Unknown to the program: only the kernel can answer for it, and does so all the time. */
    private static final String KERNELS_OWN = "10.9.0.77";

    private static final String MAC_1 = "00:00:5e:00:01:01";
    private static final String MAC_2 = "00:00:5e:00:01:02";

    @TempDir
    Path directory;

    private TestSegment segment;
    private String evenClient;

    @BeforeEach
    void topology() {
        segment = new TestSegment(directory);
        evenClient = segment.net.namespace("even");
        segment.attach(evenClient, "port-d", 8);
    }

    @AfterEach
    void remove() throws Exception {
        if (segment != null) {
            segment.remove();
        }
    }

    private static VirtualHost balanced(String name, int vhid, int advskew) {
        return host(name, vhid, "eth0", advskew, SHARED + "/24")
                .withAttachment(Attachment.DEFAULT.withArpBalance(true));
    }

    private TestNode start(String firewall, int advskew1, int advskew2) throws Exception {
        return segment.start(firewall, balanced("one", 1, advskew1), balanced("two", 2, advskew2));
    }

    private String neighbour(String client) {
        segment.net.run(client, "ip neigh flush dev eth0");
        segment.assertPing(client, SHARED);
        return segment.net.run(client, "ip neigh show " + SHARED);
    }

    @Test
    void clientsAreSpreadBySourceAddressAndStayWithTheirMacWhenTheOtherNodeTakesOver() throws Exception {
        TestNode a = start(segment.firewallA, 25, 60);
        TestNode b = start(segment.firewallB, 60, 25);
        awaitHeld(a, "one");
        awaitHeld(b, "two");
        a.awaitState("two", CarpState.BACKUP);
        b.awaitState("one", CarpState.BACKUP);
        assertThat(neighbour(segment.client)).contains(MAC_2);
        assertThat(neighbour(evenClient)).contains(MAC_1);
        eventually(() -> assertThat(ArpProbe.answers(segment.client, SHARED, "10.9.0.2", true))
                .containsExactly(MAC_2));
        b.stop();
        awaitHeld(a, "two");
        eventually(() -> assertThat(segment.net.run(segment.client, "ip neigh show " + SHARED))
                .contains(MAC_2));
        segment.assertPing(segment.client, SHARED);
        assertThat(neighbour(segment.client)).contains(MAC_2);
        assertThat(neighbour(evenClient)).contains(MAC_1);
        assertThat(ArpProbe.answers(segment.client, SHARED, "10.9.0.2", true)).containsExactly(MAC_2);
    }

    @Test
    void aShareWithoutMasterGetsNoAnswerAndNothingIsAnnounced() throws Exception {
        try (FrameCapture frames = FrameCapture.of(segment.client, "eth0", VirtualMac.of(1))) {
            TestNode a = start(segment.firewallA, 25, 60);
            TestNode.get(a.verticle().nudge("two", Nudge.DOWN));
            awaitHeld(a, "one");
            assertThat(neighbour(evenClient)).contains(MAC_1);
            assertThat(ArpProbe.answers(segment.client, SHARED, "10.9.0.2", false))
                    .isEmpty();
            assertThat(frames.frames()).isNotEmpty().noneMatch(ArpBalanceKernelTest::isBroadcastArp);
        }
    }

    @Test
    void itIsSwitchedInARunningMasterWhichStaysMaster() throws Exception {
        TestNode a = segment.start(segment.firewallA, host("one", 1, "eth0", 25, SHARED + "/24"));
        awaitHeld(a, "one");
        run("ip addr add " + KERNELS_OWN + "/32 dev eth0");
        for (int round = 0; round < 2; round++) {
            assertKernelAnswers();
            TestNode.get(a.verticle().setArpBalance(true));
            assertThat(answers(SHARED, true)).containsExactly(MAC_1);
            assertThat(answers(KERNELS_OWN, true)).as("the kernel").doesNotContain(MAC_1);
            assertThat(answersOfASilentKernel(true)).containsExactly(MAC_1);
            TestNode.get(a.verticle().setArpBalance(false));
        }
        assertKernelAnswers();
        assertThat(a.state("one")).isEqualTo(CarpState.MASTER);
        assertThat(a.changes)
                .filteredOn(change -> change.from() == CarpState.MASTER)
                .isEmpty();
        assertThat(a.counter(CarpCounter.ADDRESSES_PUT_BACK)).isZero();
        assertThat(a.failures).isEmpty();
    }

    private void assertKernelAnswers() throws Exception {
        assertThat(answers(SHARED, true)).containsExactly(MAC_1);
        assertThat(answers(KERNELS_OWN, true)).as("the kernel").doesNotContain(MAC_1);
        assertThat(answersOfASilentKernel(false)).as("the program").isEmpty();
    }

    private Set<String> answersOfASilentKernel(boolean expected) throws Exception {
        // Not by arp_ignore, for which the node would give way.
        run("nft add table arp silent; add chain arp silent in { type filter hook input priority 0; policy drop; }");
        try {
            return ArpProbe.answers(segment.client, SHARED, "10.9.0.8", expected);
        } finally {
            run("nft delete table arp silent");
        }
    }

    @Test
    void whatASwitchedHostTakesLaterIsAnsweredByTheRuleToo() throws Exception {
        TestNode a = segment.start(segment.firewallA, unbalanced("one", 1), unbalanced("two", 2));
        awaitHeld(a, "one");
        awaitHeld(a, "two");
        eventually(() -> assertThat(answers(SHARED, true)).contains(MAC_1));
        TestNode.get(a.verticle().setArpBalance(true));
        // An answer of before may still be on its way.
        eventually(() -> assertThat(answers(SHARED, true)).containsExactly(MAC_2));
        try (FrameCapture frames = FrameCapture.of(segment.client, "eth0", VirtualMac.of(1))) {
            TestNode.get(a.verticle().nudge("one", Nudge.DOWN));
            eventually(() -> assertThat(run("nft list ruleset")).doesNotContain(MAC_1));
            TestNode.get(a.verticle().nudge("one", Nudge.UP));
            awaitHeld(a, "one");
            assertThat(answers(SHARED, true)).containsExactly(MAC_2);
            assertThat(neighbour(evenClient)).contains(MAC_1);
            assertThat(frames.frames()).isNotEmpty().noneMatch(ArpBalanceKernelTest::isBroadcastArp);
        }
        assertThatThrownBy(() -> TestNode.get(a.verticle().setArpBalance(false)))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .hasRootCauseMessage("net.inet.carp.arpbalance must stay on: one and two share 10.9.0.1");
        assertThat(answers(SHARED, true)).containsExactly(MAC_2);
    }

    @Test
    void itIsNotSwitchedOnWithAnInterfacesOwnMac() throws Exception {
        VirtualHost own = unbalanced("two", 2).withAttachment(Attachment.DEFAULT.withMac(MacMode.INTERFACE));
        TestNode a = segment.start(segment.firewallA, host("one", 1, "eth0", 25, "10.9.0.4/24"), own);
        assertThatThrownBy(() -> TestNode.get(a.verticle().setArpBalance(true)))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .hasRootCauseMessage("net.inet.carp.arpbalance needs virtual MACs, and two has mac = \"interface\"");
        assertThat(a.snapshot().virtualHosts())
                .noneMatch(status -> status.host().attachment().arpBalance());
    }

    private static VirtualHost unbalanced(String name, int vhid) {
        return host(name, vhid, "eth0", 25, SHARED + "/24");
    }

    private Set<String> answers(String address, boolean expected) throws Exception {
        return ArpProbe.answers(segment.client, address, "10.9.0.2", expected);
    }

    private String run(String command) {
        return segment.net.run(segment.firewallA, command);
    }

    private static boolean isBroadcastArp(byte[] frame) {
        return frame[12] == 8 && frame[13] == 6 && frame[0] == (byte) (MacAddress.BROADCAST.bits() & 0xff);
    }
}
