// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static io.mirrorcarp.carp.TestNode.address;
import static io.mirrorcarp.carp.TestNode.host;
import static io.mirrorcarp.carp.TestSegment.awaitHeld;
import static io.mirrorcarp.carp.TestSegment.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.auth.AuthSettings;
import io.mirrorcarp.carp.auth.CarpKey;
import io.mirrorcarp.carp.election.CarpSettings;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.TakeoverSettings;
import io.mirrorcarp.carp.election.VrrpRules;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.Protocol;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Beside the real keepalived, in each role. The addresses in the kernels say who is master. */
class KeepalivedKernelTest extends SegmentTest {
    private static final int VRID = 7;

    /** The ways of speaking to one another. */
    private enum Way {
        IPV4_MULTICAST(Protocol.VRRP3, "10.9.0.1/24", ""),
        IPV4_UNICAST(Protocol.VRRP3, "10.9.0.1/24", "10.9.0."),
        IPV6_MULTICAST(Protocol.VRRP3, "fe80::7:1/64 fd09::1/64", ""),
        IPV6_UNICAST(Protocol.VRRP3, "fd09::1/64", "fd09::"),
        SECOND_MULTICAST(Protocol.VRRP2, "10.9.0.1/24 10.9.0.4/24", ""),
        SECOND_UNICAST(Protocol.VRRP2, "10.9.0.1/24", "10.9.0."),
        SECOND_WITH_A_PASSWORD(Protocol.VRRP2, "10.9.0.1/24", "");

        final Protocol protocol;
        private final String addresses;
        final String network;

        Way(Protocol protocol, String addresses, String network) {
            this.protocol = protocol;
            this.addresses = addresses;
            this.network = network;
        }

        List<String> addresses() {
            return List.of(addresses.split(" ", -1));
        }

        /** Short ones where the protocol has them. */
        int centis() {
            return protocol == Protocol.VRRP2 ? 100 : 10;
        }

        VirtualHost ours(int priority) {
            List<InetAddress> peers = network.isEmpty() ? List.of() : List.of(address(network + 3));
            CarpSettings settings = CarpSettings.of(VRID, new VrrpRules(protocol, priority, centis()))
                    .withPreempt(true)
                    .withTakeover(TakeoverSettings.AT_ONCE.withHandover(TimeUnit.MILLISECONDS.toNanos(20)));
            VirtualHost plain = host("wan", "eth0", settings, addresses().toArray(String[]::new));
            String password = this == SECOND_WITH_A_PASSWORD ? "1234567890" : "";
            return new VirtualHost(
                    plain.name(),
                    plain.carpdev(),
                    plain.settings(),
                    AuthSettings.of(VRID, CarpKey.ofPassphrase(password)),
                    "",
                    plain.addresses(),
                    Attachment.DEFAULT.withPeers(peers));
        }

        Keepalived.Router theirs(int priority) {
            String unicast = network.isEmpty()
                    ? ""
                    : "unicast_src_ip " + network + "3\n  unicast_peer {\n    " + network + "2\n  }\n";
            String password = this == SECOND_WITH_A_PASSWORD
                    ? "authentication {\n    auth_type PASS\n    auth_pass 12345678\n  }\n"
                    : "";
            return new Keepalived.Router(
                    protocol.version(),
                    priority,
                    protocol == Protocol.VRRP2 ? "1" : "0.1",
                    addresses(),
                    unicast + password);
        }

        String ping() {
            String last = addresses().get(addresses().size() - 1);
            return last.substring(0, last.indexOf('/'));
        }
    }

    private Keepalived keepalived(Way way, int priority) throws Exception {
        return Keepalived.start(segment, segment.firewallB, way.theirs(priority));
    }

    private void expectMaster(Keepalived theirs) {
        eventually(() -> assertThat(theirs.isMaster()).as("keepalived").isTrue());
        eventually(() -> assertThat(segment.virtualAddresses(segment.firewallA)).isEmpty());
    }

    private void expectMaster(TestNode ours, Keepalived theirs) {
        awaitHeld(ours, "wan");
        eventually(() -> assertThat(theirs.isMaster()).as("keepalived").isFalse());
    }

    /** For some intervals each of them could have spoken. */
    private static void expectNoChange(TestNode ours, Runnable expectation) {
        int before = ours.changes.size();
        long heard = ours.counter(CarpCounter.PACKETS_RECEIVED) + ours.counter(CarpCounter.PACKETS_RECEIVED6);
        long sent = ours.counter(CarpCounter.PACKETS_SENT) + ours.counter(CarpCounter.PACKETS_SENT6);
        eventually(() -> assertThat(ours.counter(CarpCounter.PACKETS_RECEIVED)
                        + ours.counter(CarpCounter.PACKETS_RECEIVED6)
                        + ours.counter(CarpCounter.PACKETS_SENT)
                        + ours.counter(CarpCounter.PACKETS_SENT6))
                .isGreaterThan(heard + sent + 5));
        expectation.run();
        assertThat(ours.changes).hasSize(before);
    }

    private static void gateLong(Way way) {
        Assumptions.assumeTrue(
                way == Way.IPV4_MULTICAST || Boolean.getBoolean("load"), "takes seconds: runs with -Dload=true");
    }

    @ParameterizedTest
    @EnumSource
    void eachOfTheTwoTakesOverFromTheOther(Way way) throws Exception {
        gateLong(way);
        TestNode ours;
        try (Keepalived theirs = keepalived(way, 254)) {
            expectMaster(theirs);
            ours = segment.start(segment.firewallA, way.ours(150));
            expectNoChange(ours, () -> expectMaster(theirs));
            assertThat(ours.snapshot().virtualHost("wan").orElseThrow().peers())
                    .as("routers heard")
                    .hasSize(1);
            theirs.stop();
            awaitHeld(ours, "wan");
            segment.assertPing(segment.client, way.ping());
        }
        try (Keepalived theirs = keepalived(way, 254)) {
            expectMaster(theirs);
            ours.awaitState("wan", CarpState.BACKUP);
            segment.assertPing(segment.client, way.ping());
            theirs.kill();
            awaitHeld(ours, "wan");
        }
        try (Keepalived theirs = keepalived(way, 50)) {
            eventually(() -> assertThat(theirs.log()).contains("Entering BACKUP STATE"));
            expectNoChange(ours, () -> expectMaster(ours, theirs));
            segment.assertPing(segment.client, way.ping());
            ours.stop();
            expectMaster(theirs);
            segment.assertPing(segment.client, way.ping());
        }
        assertThat(ours.events).noneMatch(event -> event.contains("other addresses") || event.contains("password"));
    }

    /** And preempts it as soon as it hears it. */
    @Test
    void aKeepalivedOfLowerPriorityIsReplacedAndADemotionGivesItBack() throws Exception {
        try (Keepalived theirs = keepalived(Way.IPV4_MULTICAST, 100)) {
            expectMaster(theirs);
            TestNode ours = segment.start(segment.firewallA, Way.IPV4_MULTICAST.ours(150));
            expectMaster(ours, theirs);
            TestNode.get(ours.verticle().addDemotion(60, "test"));
            expectMaster(theirs);
            TestNode.get(ours.verticle().addDemotion(-60, "test"));
            expectMaster(ours, theirs);
        }
    }

    /** keepalived has 10.9.0.3, and this node 10.9.0.2. */
    @Test
    void ofTwoMastersOfOnePriorityTheOneWithTheHigherAddressStays() throws Exception {
        try (Keepalived theirs = keepalived(Way.IPV4_MULTICAST, 100)) {
            segment.net.run(segment.bridge, "ip link set dev port-b nomaster");
            expectMaster(theirs);
            TestNode ours = segment.start(segment.firewallA, Way.IPV4_MULTICAST.ours(100));
            awaitHeld(ours, "wan");
            segment.net.run(segment.bridge, "ip link set dev port-b master br0");
            ours.awaitState("wan", CarpState.BACKUP);
            expectNoChange(ours, () -> expectMaster(theirs));
        }
    }

    /** Field by field, and by tcpdump's own reading. */
    @ParameterizedTest
    @EnumSource
    void whatIsSentIsWhatKeepalivedSends(Way way) throws Exception {
        gateLong(way);
        String fromKeepalived;
        try (Keepalived theirs = keepalived(way, 200)) {
            expectMaster(theirs);
            fromKeepalived = dump();
        }
        TestNode ours = segment.start(segment.firewallA, way.ours(200));
        awaitHeld(ours, "wan");
        String fromOurs = dump();
        assertThat(fields(fromOurs)).isNotEmpty().isEqualTo(fields(fromKeepalived));
        assertThat(fromOurs).contains("vrid 7, prio 200").doesNotContain("bad").doesNotContain("wrong");
    }

    /** One advertisement as tcpdump prints it, with the checks of checksums. */
    private String dump() throws Exception {
        Path file = Files.createTempFile(directory, "dump", "");
        Process tcpdump = new ProcessBuilder(
                        "ip",
                        "netns",
                        "exec",
                        segment.bridge,
                        "tcpdump",
                        "-i",
                        "br0",
                        "-vvv",
                        "-n",
                        "-l",
                        "-c",
                        "1",
                        "ip proto 112 or ip6 proto 112")
                .redirectOutput(file.toFile())
                .start();
        segment.net.run(segment.bridge, "ip link set dev br0 promisc on");
        assertThat(tcpdump.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return Files.readString(file);
    }

    /** The fields of the message, which do not depend on who sends it. keepalived sends unicast over IPv6 with a hop limit of 64. */
    private static List<String> fields(String dump) {
        String message = dump.substring(dump.indexOf("VRRPv"));
        return Stream.of(message.strip().split(",\\s*|\\s{2,}", -1))
                .filter(field -> !field.startsWith("(ttl"))
                .toList();
    }
}
