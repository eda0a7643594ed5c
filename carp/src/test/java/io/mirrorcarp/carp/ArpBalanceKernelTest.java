// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static io.mirrorcarp.carp.TestNode.host;
import static io.mirrorcarp.carp.TestSegment.awaitHeld;
import static io.mirrorcarp.carp.TestSegment.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.io.ArpProbe;
import io.mirrorcarp.carp.packet.MacAddress;
import io.mirrorcarp.carp.packet.VirtualMac;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vhids 1 and 2 on 10.9.0.1, each preferred on one node; clients 10.9.0.9, whose index is 1, and 10.9.0.8, whose index is 0. */
class ArpBalanceKernelTest {
    private static final String SHARED = "10.9.0.1";
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

    private static boolean isBroadcastArp(byte[] frame) {
        return frame[12] == 8 && frame[13] == 6 && frame[0] == (byte) (MacAddress.BROADCAST.bits() & 0xff);
    }
}
