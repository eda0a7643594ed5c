// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static io.mirrorcarp.carp.TestNode.address;
import static io.mirrorcarp.carp.TestNode.host;
import static io.mirrorcarp.carp.TestSegment.awaitHeld;
import static io.mirrorcarp.carp.TestSegment.awaitReceived;
import static io.mirrorcarp.carp.TestSegment.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.auth.AuthSettings;
import io.mirrorcarp.carp.auth.CarpKey;
import io.mirrorcarp.carp.election.CarpSettings;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.Nudge;
import io.mirrorcarp.carp.election.TakeoverSettings;
import io.mirrorcarp.carp.io.MacMode;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.VirtualMac;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The ways of advertisements and announcements, on the wire. */
class AttachmentKernelTest extends SegmentTest {
    private static final int VHID = 7;
    private static final String VIRTUAL_MAC = "00:00:5e:00:01:07";

    private static VirtualHost wan(int advskew, Attachment attachment) {
        return host("wan", VHID, "eth0", advskew, "10.9.0.1/24", "fd09::1/64").withAttachment(attachment);
    }

    private static Attachment peers(String... peers) {
        List<InetAddress> list = new ArrayList<>();
        for (String peer : peers) {
            list.add(address(peer));
        }
        return Attachment.DEFAULT.withPeers(list);
    }

    private String macOf(String namespace) {
        return segment.net.run(namespace, "cat /sys/class/net/eth0/address").strip();
    }

    private FrameCapture fromVirtualMac() throws Exception {
        return FrameCapture.of(segment.client, "eth0", VirtualMac.of(VHID));
    }

    // Frames.

    private static boolean isArp(byte[] frame, int operation) {
        return frame[12] == 8 && frame[13] == 6 && frame[21] == operation;
    }

    private static boolean isNeighbourAdvertisement(byte[] frame) {
        return frame[12] == (byte) 0x86 && frame[20] == 58 && frame[54] == (byte) 136;
    }

    private static boolean isAdvertisement(byte[] frame) {
        return (frame[12] == 8 && frame[13] == 0 && frame[23] == 112) || (frame[12] == (byte) 0x86 && frame[20] == 112);
    }

    private static long count(FrameCapture capture, java.util.function.Predicate<byte[]> which) {
        return capture.frames().stream().filter(which).count();
    }

    @Test
    void aNewMasterAnnouncesThreeTimesAsRequestAsReplyAndAsNeighbourAdvertisement() throws Exception {
        segment.net.run(segment.firewallA, "sysctl -qw net.ipv6.conf.eth0.forwarding=1");
        try (FrameCapture frames = fromVirtualMac()) {
            TestNode a = segment.start(segment.firewallA, wan(25, Attachment.DEFAULT));
            awaitHeld(a, "wan");
            eventually(() -> assertThat(count(frames, AttachmentKernelTest::isNeighbourAdvertisement))
                    .isGreaterThanOrEqualTo(3));
            assertThat(count(frames, frame -> isArp(frame, 1))).isGreaterThanOrEqualTo(3);
            assertThat(count(frames, frame -> isArp(frame, 2))).isGreaterThanOrEqualTo(3);
            assertThat(count(frames, AttachmentKernelTest::isAdvertisement)).isPositive();
            // Router and Override: RFC 4861 section 4.4.
            assertThat(frames.frames())
                    .filteredOn(AttachmentKernelTest::isNeighbourAdvertisement)
                    .allMatch(frame -> (frame[58] & 0xff) == 0xa0);
        }
    }

    @Test
    void peersHearEachOtherByUnicastInBothFamiliesAndTheVirtualMacIsShownAllTheTime() throws Exception {
        TakeoverSettings refreshing = TakeoverSettings.AT_ONCE.withAnnounceRefresh(TimeUnit.MILLISECONDS.toNanos(300));
        VirtualHost onA = host(
                        "wan",
                        "eth0",
                        CarpSettings.of(VHID, 0, 25).withPreempt(true).withTakeover(refreshing),
                        "10.9.0.1/24",
                        "fd09::1/64")
                .withAttachment(peers("10.9.0.77", "10.9.0.3", "fd09::3"));
        try (FrameCapture frames = fromVirtualMac()) {
            TestNode a = segment.start(segment.firewallA, onA);
            awaitHeld(a, "wan");
            TestNode b = segment.start(segment.firewallB, wan(50, peers("10.9.0.2", "fd09::2")));
            awaitReceived(b, CarpCounter.PACKETS_RECEIVED, 5);
            awaitReceived(b, CarpCounter.PACKETS_RECEIVED6, 5);
            assertThat(b.state("wan")).isEqualTo(CarpState.BACKUP);
            assertThat(b.counter(CarpCounter.BAD_VHID)).isZero();
            assertThat(b.snapshot().virtualHost("wan").orElseThrow().peers())
                    .extracting(peer -> peer.address().getHostAddress())
                    .containsExactlyInAnyOrder("10.9.0.2", "fd09:0:0:0:0:0:0:2");
            eventually(() -> assertThat(count(frames, frame -> isArp(frame, 2))).isGreaterThan(6));
            assertThat(count(frames, AttachmentKernelTest::isAdvertisement)).isZero();
            a.stop();
            awaitHeld(b, "wan");
            segment.assertPing(segment.client, "10.9.0.1");
            segment.assertPing(segment.client, "fd09::1");
        }
    }

    @Test
    void anotherGroupIsAnElectionOfItsOwn() throws Exception {
        Attachment group = peers("224.0.0.99", "ff02::99");
        TestNode a = segment.start(segment.firewallA, wan(25, group));
        awaitHeld(a, "wan");
        TestNode b = segment.start(segment.firewallB, wan(50, group));
        awaitReceived(b, CarpCounter.PACKETS_RECEIVED, 5);
        awaitReceived(b, CarpCounter.PACKETS_RECEIVED6, 5);
        assertThat(b.state("wan")).isEqualTo(CarpState.BACKUP);
        assertThat(segment.net.run(segment.firewallA, "ip maddr show dev eth0")).contains("224.0.0.99", "ff02::99");
        b.stop();
        TestNode stranger = segment.node(segment.firewallB, "stranger").start(wan(50, Attachment.DEFAULT));
        stranger.awaitState("wan", CarpState.MASTER);
        eventually(() -> assertThat(stranger.counter(CarpCounter.BAD_VHID)).isGreaterThan(5));
    }

    @Test
    void theSourceAddressIsTheChosenOne() throws Exception {
        segment.net.run(segment.firewallA, "ip addr add 10.9.0.22/24 dev eth0");
        Attachment chosen = Attachment.DEFAULT.withSources(List.of(address("10.9.0.22"), address("fd09::2")));
        TestNode a = segment.start(segment.firewallA, wan(25, chosen));
        awaitHeld(a, "wan");
        TestNode b = segment.start(segment.firewallB, wan(50, Attachment.DEFAULT));
        awaitReceived(b, CarpCounter.PACKETS_RECEIVED6, 3);
        eventually(
                () -> assertThat(b.snapshot().virtualHost("wan").orElseThrow().peers())
                        .extracting(peer -> peer.address().getHostAddress())
                        .containsExactlyInAnyOrder("10.9.0.22", "fd09:0:0:0:0:0:0:2"));
        TestNode.get(a.verticle().nudge("wan", Nudge.DOWN));
        awaitHeld(b, "wan");
    }

    @Test
    void withTheInterfaceMacTheAddressesAreOnTheCarpdevAndGoFromNodeToNode() throws Exception {
        Attachment own = Attachment.DEFAULT.withMac(MacMode.INTERFACE);
        String before = segment.net.run(segment.firewallA, "ip -o addr show dev eth0");
        try (FrameCapture frames = fromVirtualMac()) {
            TestNode a = segment.start(segment.firewallA, wan(25, own));
            awaitHeld(a, "wan");
            TestNode b = segment.start(segment.firewallB, wan(50, own));
            awaitReceived(b, CarpCounter.PACKETS_RECEIVED, 3);
            segment.assertPing(segment.client, "10.9.0.1");
            segment.assertPing(segment.client, "fd09::1");
            assertThat(segment.net.run(segment.client, "ip neigh show 10.9.0.1"))
                    .contains(macOf(segment.firewallA));
            a.stop();
            assertThat(segment.net.run(segment.firewallA, "ip -o addr show dev eth0"))
                    .isEqualTo(before);
            awaitHeld(b, "wan");
            eventually(() -> assertThat(segment.net.run(segment.client, "ip neigh show 10.9.0.1"))
                    .contains(macOf(segment.firewallB))
                    .doesNotContain(VIRTUAL_MAC));
            segment.assertPing(segment.client, "10.9.0.1");
            segment.assertPing(segment.client, "fd09::1");
            assertThat(frames.frames()).isEmpty();
        }
    }

    @Test
    void withTheInterfaceMacAnAddressThatIsTakenAwayIsPutBack() throws Exception {
        TestNode a = segment.start(segment.firewallA, wan(25, Attachment.DEFAULT.withMac(MacMode.INTERFACE)));
        awaitHeld(a, "wan");
        segment.net.run(segment.firewallA, "ip addr del 10.9.0.1/32 dev eth0");
        eventually(() -> assertThat(a.counter(CarpCounter.ADDRESSES_PUT_BACK)).isEqualTo(1));
        segment.assertPing(segment.client, "10.9.0.1");
    }

    /** Two masters, since one has another passphrase; then it is mended. The clients go on to send to the one that gave way, for as long as they believe it. */
    @Test
    void theSurvivorAnnouncesItselfAtOnceWhenItsRivalIsMended() throws Exception {
        Attachment own = Attachment.DEFAULT.withMac(MacMode.INTERFACE);
        // Patience of 0.7 and of 1.2 s: a machine that stands still for less changes no role.
        TestNode a = segment.start(segment.firewallA, wan(60, own));
        awaitHeld(a, "wan");
        segment.assertPing(segment.client, "10.9.0.1");
        VirtualHost right = wan(100, own);
        VirtualHost wrong = new VirtualHost(
                        right.name(),
                        right.carpdev(),
                        right.settings(),
                        AuthSettings.of(VHID, CarpKey.ofPassphrase("another")),
                        right.group(),
                        right.addresses())
                .withAttachment(own);
        TestNode b = segment.start(segment.firewallB, wrong);
        awaitHeld(b, "wan");
        eventually(() -> assertThat(neighbour()).as("control: two masters").contains(macOf(segment.firewallB)));
        assertThat(a.state("wan")).isEqualTo(CarpState.MASTER);
        // The announcements of both at their starts are over; the client believes the one that came last.
        awaitReceived(a, CarpCounter.BAD_AUTH, 25);
        segment.net.run(
                segment.client, "ip neigh replace 10.9.0.1 dev eth0 lladdr " + macOf(segment.firewallB) + " nud stale");
        TestNode.get(b.verticle().reconfigure(List.of(right)));
        b.awaitState("wan", CarpState.BACKUP);
        long gaveWayNanos = System.nanoTime();
        eventually(() -> assertThat(neighbour()).contains(macOf(segment.firewallA)));
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - gaveWayNanos))
                .as("ms until the clients know")
                .isLessThan(1_000);
        assertThat(a.events).contains("VHID 7@eth0: another node is MASTER as well");
        eventually(() -> assertThat(a.events)
                .anyMatch(event -> event.matches("VHID 7@eth0: one MASTER again: there were two for \\d+\\.\\d s")));
        assertThat(a.snapshot().virtualHost("wan").orElseThrow().dualMasters()).isEqualTo(1);
    }

    private String neighbour() {
        return segment.net.run(segment.client, "ip neigh show 10.9.0.1");
    }

    @Test
    void aNewMacOfTheCarpdevIsAnnouncedAtOnceWithTheInterfaceMac() throws Exception {
        TestNode a = segment.start(segment.firewallA, wan(25, Attachment.DEFAULT.withMac(MacMode.INTERFACE)));
        awaitHeld(a, "wan");
        segment.assertPing(segment.client, "10.9.0.1");
        segment.assertPing(segment.client, "fd09::1");
        segment.net.run(segment.firewallA, "ip link set eth0 address 02:00:00:00:99:01");
        eventually(() -> assertThat(segment.net.run(segment.client, "ip neigh show"))
                .contains("10.9.0.1 dev eth0 lladdr 02:00:00:00:99:01", "fd09::1 dev eth0 lladdr 02:00:00:00:99:01"));
        segment.assertPing(segment.client, "10.9.0.1");
    }

    /** A policer drops ARP above 50 a second, as switches do: with one burst after the other it would let the same few pass each time. */
    @Test
    void ofTwoHundredAddressesASwitchThatLimitsArpLosesNoneForLong() throws Exception {
        String[] addresses = new String[200];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = "10.9." + (1 + i / 100) + "." + (1 + i % 100) + "/16";
        }
        segment.net.run(segment.client, "ip addr add 10.9.200.9/16 dev eth0");
        for (String address : addresses) {
            segment.net.run(
                    segment.client,
                    "ip neigh replace " + address.replace("/16", "") + " lladdr 02:00:00:00:00:77 dev eth0 nud stale");
        }
        segment.net.run(segment.bridge, "nft add table bridge police");
        segment.net.run(
                segment.bridge,
                "nft add chain bridge police f { type filter hook forward priority 0 ; policy accept ; }");
        segment.net.run(
                segment.bridge,
                "nft add rule bridge police f ether type arp limit rate over 50/second burst 5 packets drop");
        VirtualHost many =
                host("wan", VHID, "eth0", 25, addresses).withAttachment(Attachment.DEFAULT.withMac(MacMode.INTERFACE));
        TestNode a = segment.start(segment.firewallA, many);
        awaitHeld(a, "wan");
        String mac = macOf(segment.firewallA);
        eventually(() -> assertThat(segment.net.run(segment.client, "ip neigh show"))
                .satisfies(table -> assertThat(
                                table.lines().filter(line -> line.contains(mac)).count())
                        .isGreaterThanOrEqualTo(200))
                .doesNotContain("02:00:00:00:00:77"));
        a.stop();
        assertThat(segment.virtualAddresses(segment.firewallA)).isEmpty();
    }
}
