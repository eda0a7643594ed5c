// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static io.mirrorcarp.carp.TestNode.address;
import static io.mirrorcarp.carp.TestNode.host;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.auth.AddressSet;
import io.mirrorcarp.carp.auth.AuthSettings;
import io.mirrorcarp.carp.auth.Authenticator;
import io.mirrorcarp.carp.auth.CarpKey;
import io.mirrorcarp.carp.auth.SequenceMark;
import io.mirrorcarp.carp.auth.VerificationBudget;
import io.mirrorcarp.carp.io.CarpdevStatus;
import io.mirrorcarp.carp.io.MemoryCarpNetwork;
import io.mirrorcarp.carp.packet.AdvertisementFrame;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.Envelope;
import io.mirrorcarp.netio.route.LinkAddress;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** By which way an authentic advertisement may come. The node is 10.0.0.2 on wan0. */
class AdvertisementWayTest {
    private static final MacAddress MAC = new MacAddress(0x020000000001L);
    private static final InetAddress PEER = address("10.0.0.3");
    private static final InetAddress STRANGER = address("198.51.100.3");
    private static final InetAddress OWN = address("10.0.0.2");
    private static final InetAddress VIRTUAL = address("10.0.0.1");

    private final Vertx vertx = Vertx.vertx();
    private final MemoryCarpNetwork.Segment wan = new MemoryCarpNetwork.Segment();
    private final MemoryCarpNetwork network = new MemoryCarpNetwork(Map.of("wan0", wan));
    private final TestNode node = new TestNode(vertx, network);
    private final Authenticator peer = new Authenticator(
            AuthSettings.of(1, CarpKey.ofPassphrase(TestNode.PASSPHRASE)),
            AddressSet.of(List.of(VIRTUAL)),
            SequenceMark.NONE,
            new VerificationBudget());

    @BeforeEach
    void addresses() {
        network.change(new CarpdevStatus("wan0", 5, true, MAC, List.of(new LinkAddress(5, OWN, 24, 0))));
    }

    @AfterEach
    void close() throws Exception {
        node.close();
        TestNode.get(vertx.close());
        assertThat(node.failures).isEmpty();
    }

    private void start(InetAddress... peers) throws Exception {
        node.start(
                host("wan", 1, "wan0", 10, "10.0.0.1/24").withAttachment(Attachment.DEFAULT.withPeers(List.of(peers))));
    }

    /** Injects an advertisement, and waits until it is counted. */
    private void inject(InetAddress source, InetAddress destination, int ttl) {
        Envelope envelope = destination.isMulticastAddress()
                ? Envelope.multicast(MAC, source, destination, 1)
                : Envelope.unicast(MAC, MAC, source, destination);
        byte[] frame = AdvertisementFrame.build(
                envelope, peer.sign(0, 200, 0, destination.isMulticastAddress() ? source : null));
        ByteBuffer header = ByteBuffer.wrap(frame);
        // RFC 1624: what the sum loses in the TTL it gains in the checksum.
        int sum = (header.getShort(24) & 0xffff) + ((255 - ttl) << 8);
        header.putShort(24, (short) ((sum & 0xffff) + (sum >>> 16)));
        header.put(22, (byte) ttl);
        long before = node.counter(CarpCounter.PACKETS_RECEIVED);
        wan.inject(frame);
        await().atMost(Duration.ofSeconds(20)).until(() -> node.counter(CarpCounter.PACKETS_RECEIVED) > before);
    }

    private int peersHeard() {
        return node.snapshot().virtualHost("wan").orElseThrow().peers().size();
    }

    @Test
    void inMulticastModeTheGroupAndTheNodesOwnAddressAreHeardAndOtherGroupsAndHostsAreNot() throws Exception {
        start();
        inject(PEER, address("224.0.0.99"), 255);
        inject(PEER, address("10.0.0.77"), 255);
        assertThat(node.counter(CarpCounter.BAD_VHID)).isEqualTo(2);
        assertThat(peersHeard()).isZero();
        inject(PEER, Envelope.GROUP_IPV4, 255);
        inject(STRANGER, OWN, 255);
        assertThat(peersHeard()).isEqualTo(2);
        inject(PEER, Envelope.GROUP_IPV4, 254);
        inject(PEER, OWN, 254);
        assertThat(node.counter(CarpCounter.BAD_TTL)).isEqualTo(2);
    }

    @Test
    void inUnicastModeOnlyAPeerMayBeBehindARouterAndTheGroupIsNotHeard() throws Exception {
        start(PEER);
        inject(PEER, OWN, 61);
        assertThat(peersHeard()).isEqualTo(1);
        inject(STRANGER, OWN, 61);
        assertThat(node.counter(CarpCounter.BAD_TTL)).isEqualTo(1);
        inject(PEER, Envelope.GROUP_IPV4, 255);
        assertThat(node.counter(CarpCounter.BAD_VHID)).isEqualTo(1);
        assertThat(peersHeard()).isEqualTo(1);
    }

    @Test
    void aNodeMayNameHostsAndTheGroupTogether() throws Exception {
        start(PEER, Envelope.GROUP_IPV4);
        inject(PEER, OWN, 255);
        inject(STRANGER, Envelope.GROUP_IPV4, 255);
        assertThat(peersHeard()).isEqualTo(2);
    }
}
