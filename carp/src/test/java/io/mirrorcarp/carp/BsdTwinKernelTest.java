// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static io.mirrorcarp.carp.TestNode.address;
import static io.mirrorcarp.carp.TestNode.host;
import static io.mirrorcarp.carp.TestSegment.awaitHeld;
import static io.mirrorcarp.carp.TestSegment.awaitReceived;
import static io.mirrorcarp.carp.TestSegment.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.auth.CarpKey;
import io.mirrorcarp.carp.auth.CountingSigner;
import io.mirrorcarp.carp.election.CarpSettings;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.TakeoverSettings;
import io.mirrorcarp.carp.io.MacMode;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.Envelope;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Beside a node that answers as fast as a BSD's kernel, on a real bridge: the virtual MAC is at the port of the successor when the addresses go. */
class BsdTwinKernelTest extends SegmentTest {
    private static final int ROUNDS = 5;
    private static final String VIRTUAL_MAC = "00:00:5e:00:01:07";
    private static final VirtualHost HOST = host(
            "wan",
            "eth0",
            CarpSettings.of(7, 0, 50)
                    .withTakeover(TakeoverSettings.AT_ONCE.withHandover(TimeUnit.MILLISECONDS.toNanos(20))),
            "10.9.0.1/24",
            "fd09::1/64");

    private BsdTwin twin(boolean preempt) throws Exception {
        CountingSigner signer = new CountingSigner(7, CarpKey.ofPassphrase(TestNode.PASSPHRASE), HOST.addressSet());
        return new BsdTwin(
                segment.firewallB,
                "eth0",
                signer,
                7,
                25,
                preempt,
                List.of(address("10.9.0.3"), address("fd09::3")),
                BsdTwin.multicast(7));
    }

    private String portOfTheVirtualMac() {
        return segment.net
                .run(segment.bridge, "bridge fdb show br br0")
                .lines()
                .filter(line -> line.startsWith(VIRTUAL_MAC))
                .findFirst()
                .orElse("nowhere");
    }

    private void expectTheAddressesToGoWhereTheSwitchSendsToTheSuccessor() {
        eventually(() -> assertThat(segment.virtualAddresses(segment.firewallA)).isEmpty());
        assertThat(portOfTheVirtualMac()).contains("dev port-b");
    }

    private MacAddress macOf(String namespace) {
        return MacAddress.parse(
                segment.net.run(namespace, "cat /sys/class/net/eth0/address").strip());
    }

    /** With hosts as peers a FreeBSD advertises from the MAC of its interface, so no switch moves the virtual MAC to its port. */
    @Test
    void aFreeBsdAmongUnicastPeersIsWarnedOfUnlessTheInterfaceMacIsUsed() throws Exception {
        for (MacMode mac : MacMode.values()) {
            Attachment peers = Attachment.DEFAULT
                    .withPeers(List.of(address("10.9.0.3"), address("fd09::3")))
                    .withMac(mac);
            TestNode a = segment.node(segment.firewallA, "u" + mac).start(HOST.withAttachment(peers));
            awaitHeld(a, "wan");
            CountingSigner signer = new CountingSigner(7, CarpKey.ofPassphrase(TestNode.PASSPHRASE), HOST.addressSet());
            MacAddress from = macOf(segment.firewallB);
            MacAddress to = macOf(segment.firewallA);
            try (BsdTwin twin = new BsdTwin(
                    segment.firewallB,
                    "eth0",
                    signer,
                    7,
                    25,
                    true,
                    List.of(address("10.9.0.3")),
                    source -> Envelope.unicast(from, to, source, address("10.9.0.2")))) {
                eventually(() -> assertThat(twin.isMaster()).isTrue());
                a.awaitState("wan", CarpState.BACKUP);
                awaitReceived(a, CarpCounter.PACKETS_RECEIVED, 3);
            }
            assertThat(a.events.stream()
                            .filter(event -> event.contains("peer 10.9.0.3 counts as FreeBSD does")
                                    && event.contains("set mac = \"interface\""))
                            .count())
                    .as("warnings with mac " + mac)
                    .isEqualTo(mac == MacMode.VIRTUAL ? 1 : 0);
            a.stop();
        }
    }

    /** Three bow-outs from the virtual MAC took the port back behind the answer to the first. */
    @Test
    void aStopIsFollowedByTheSuccessorAtOnce() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            TestNode a = segment.node(segment.firewallA, "a" + i).start(HOST);
            awaitHeld(a, "wan");
            assertThat(portOfTheVirtualMac()).as("control").contains("dev port-a");
            try (BsdTwin twin = twin(false)) {
                a.stop();
                eventually(() -> assertThat(twin.isMaster()).isTrue());
                expectTheAddressesToGoWhereTheSwitchSendsToTheSuccessor();
            }
        }
    }

    /** The second family of an advertisement overtook the answer to the first. And what was signed with a counter of this node was taken for a reflection. */
    @Test
    void aTakeBackIsHeardAndFollowedAtOnce() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            TestNode a = segment.node(segment.firewallA, "b" + i).start(HOST);
            awaitHeld(a, "wan");
            try (BsdTwin twin = twin(true)) {
                eventually(() -> assertThat(twin.isMaster()).isTrue());
                a.awaitState("wan", CarpState.BACKUP);
                expectTheAddressesToGoWhereTheSwitchSendsToTheSuccessor();
                assertThat(a.counter(CarpCounter.REPLAYED)).isZero();
                a.stop();
            }
        }
    }
}
