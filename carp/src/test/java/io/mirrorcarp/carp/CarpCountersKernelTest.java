// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static io.mirrorcarp.carp.TestNode.host;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.carp.auth.AddressSet;
import io.mirrorcarp.carp.auth.AuthSettings;
import io.mirrorcarp.carp.auth.Authenticator;
import io.mirrorcarp.carp.auth.CarpKey;
import io.mirrorcarp.carp.auth.SequenceMark;
import io.mirrorcarp.carp.auth.VerificationBudget;
import io.mirrorcarp.carp.election.CarpSettings;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.VrrpRules;
import io.mirrorcarp.carp.io.LinuxCarpNetwork;
import io.mirrorcarp.carp.packet.AdvertisementFrame;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.Digest;
import io.mirrorcarp.carp.packet.Envelope;
import io.mirrorcarp.carp.packet.Protocol;
import io.mirrorcarp.carp.packet.VrrpAdvertisement;
import io.mirrorcarp.carp.packet.VrrpPassword;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NamespacedVertx;
import io.mirrorcarp.netio.PacketSocket;
import io.mirrorcarp.netio.TestNetwork;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every counter of {@code netstat -s -p carp}, each counted for the packet that deserves it, over real sockets.
 *
 * <pre>
 *   fw eth0 10.9.0.2/24 ------- eth0 peer       virtual: 10.9.0.1/24, and fd09::1/64 where IPv6 is counted; vhid 7
 * </pre>
 */
class CarpCountersKernelTest {
    private static final int VHID = 7;
    private static final int IP = 14;
    private static final int CARP = IP + 20;
    private static final int LENGTH = CARP + 36;
    private static final VrrpRules OWNER = new VrrpRules(Protocol.VRRP2, 255, 100);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final Set<CarpCounter> OF_IPV6 =
            EnumSet.of(CarpCounter.PACKETS_RECEIVED6, CarpCounter.PACKETS_SENT6, CarpCounter.SEND_ERRORS);
    private static final Set<CarpCounter> DISCARDS = EnumSet.range(CarpCounter.BAD_INTERFACE, CarpCounter.UNPROVEN);

    @TempDir
    Path directory;

    private TestNetwork net;
    private String firewall;
    private NamespacedVertx vertx;
    private PacketSocket peer;
    private TestNode node;

    @BeforeEach
    void topology() throws Exception {
        net = TestNetwork.create();
        firewall = net.namespace("fw");
        String other = net.namespace("peer");
        net.veth(firewall, "eth0", other, "eth0");
        net.run(firewall, "ip addr add 10.9.0.2/24 dev eth0");
        vertx = NamespacedVertx.create(firewall);
        peer = TestSegment.openAttacker(other);
    }

    @AfterEach
    void remove() throws Exception {
        if (node != null) {
            node.close();
        }
        peer.close();
        vertx.close();
        net.close();
    }

    /** What balancing drops is shown by SlotFiltersKernelTest. */
    @ParameterizedTest
    @EnumSource(names = "BALANCED_AWAY", mode = EnumSource.Mode.EXCLUDE)
    void isCountedForThePacketThatDeservesIt(CarpCounter counter) throws Exception {
        node = new TestNode(vertx.vertx(), new LinuxCarpNetwork(directory.resolve("restore")));
        node.start(hostFor(counter));
        node.awaitState("wan", CarpState.MASTER);
        assertThat(discarded()).as("before").isEmpty();
        provoke(counter);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(node.counter(counter)).isPositive());
        if (DISCARDS.contains(counter)) {
            assertThat(discarded()).containsExactly(counter);
            assertThat(node.counter(counter)).isEqualTo(1);
            CarpCounter received =
                    counter == CarpCounter.BAD_INTERFACE ? CarpCounter.PACKETS_RECEIVED6 : CarpCounter.PACKETS_RECEIVED;
            assertThat(node.counter(received)).as("received as well").isEqualTo(1);
        }
    }

    private static VirtualHost hostFor(CarpCounter counter) {
        if (counter == CarpCounter.BAD_INTERVAL) {
            return host("wan", "eth0", CarpSettings.of(VHID, OWNER), "10.9.0.1/24");
        }
        return OF_IPV6.contains(counter)
                ? host("wan", VHID, "eth0", 25, "10.9.0.1/24", "fd09::1/64")
                : host("wan", VHID, "eth0", 25, "10.9.0.1/24");
    }

    private List<CarpCounter> discarded() {
        return DISCARDS.stream().filter(counter -> node.counter(counter) != 0).toList();
    }

    private void provoke(CarpCounter counter) throws Exception {
        switch (counter) {
            case PACKETS_RECEIVED -> send(worse("10.9.0.9"));
            case PACKETS_RECEIVED6, BAD_INTERFACE -> send(worse("fe80::9"));
            case BAD_TTL -> send(changed(frame -> frame[IP + 8] = (byte) 254));
            case SHORT_HEADER -> send(Arrays.copyOf(worse("10.9.0.9"), CARP + 30));
            case BAD_LENGTH ->
                send(changed(frame -> ByteBuffer.wrap(frame).putShort(IP + 2, (short) (LENGTH - IP - 1))));
            case BAD_SUM -> send(changed(frame -> frame[CARP + 2] ^= 1));
            case BAD_VERSION -> send(changed(CarpCountersKernelTest::setVersion3));
            case BAD_INTERVAL -> send(ofTwoSeconds());
            case BAD_VHID -> send(signed(VHID + 1, TestNode.PASSPHRASE, "10.9.0.9"));
            case BAD_AUTH -> send(signed(VHID, "another", "10.9.0.9"));
            case REPLAYED -> send(captured());
            case UNPROVEN -> send(slowed(captured()));
            case UNVERIFIED -> {
                for (int i = 0; i < 2_000; i++) {
                    send(signed(VHID, "another", "10.9.0.9"));
                }
            }
            case SEND_ERRORS -> net.run(firewall, "ip link set dev eth0 mtu 68");
            case ADDRESSES_PUT_BACK -> {
                TestSegment.awaitHeld(node, "wan");
                net.run(firewall, "ip addr del 10.9.0.1/32 dev eth0");
            }
            case PACKETS_SENT, PACKETS_SENT6, PREEMPTED, BALANCED_AWAY -> {}
        }
    }

    private void send(byte[] frame) {
        ByteBuffer direct = ByteBuffer.allocateDirect(frame.length).put(frame).flip();
        assertThat(peer.send(direct)).as("errno").isZero();
    }

    /** What the node itself sent. */
    private byte[] captured() {
        MessageBatch batch = new MessageBatch(1, 128);
        await().atMost(LIMIT).until(() -> peer.receive(batch) == 1);
        byte[] frame = new byte[LENGTH];
        batch.payload(0).get(frame);
        return frame;
    }

    private static byte[] ofTwoSeconds() {
        VrrpPassword password = CarpKey.ofPassphrase(TestNode.PASSPHRASE).vrrpPassword();
        return AdvertisementFrame.build(
                Envelope.multicast(VHID, TestNode.address("10.9.0.9"), 1),
                new VrrpAdvertisement(
                        Protocol.VRRP2,
                        VHID,
                        100,
                        200,
                        VrrpPassword.SIMPLE_TEXT,
                        password,
                        List.of(TestNode.address("10.9.0.1"))));
    }

    /** The same counter and digest, as of a slower node. */
    private static byte[] slowed(byte[] frame) {
        long counter = ByteBuffer.wrap(frame).getLong(CARP + 8);
        Digest md = Digest.of(Arrays.copyOfRange(frame, CARP + 16, LENGTH));
        return AdvertisementFrame.build(
                Envelope.multicast(VHID, TestNode.address("10.9.0.9"), 1),
                new CarpAdvertisement(VHID, 254, 1, 0, counter, md));
    }

    /** An advertisement that is good, and of a slower node, so that the master stays. */
    private static byte[] worse(String source) {
        return signed(VHID, TestNode.PASSPHRASE, source);
    }

    private static byte[] changed(Consumer<byte[]> change) {
        byte[] frame = worse("10.9.0.9");
        change.accept(frame);
        return frame;
    }

    private static byte[] signed(int vhid, String passphrase, String source) {
        AuthSettings auth = AuthSettings.of(vhid, CarpKey.ofPassphrase(passphrase));
        List<InetAddress> addresses = source.contains(":")
                ? List.of(TestNode.address("10.9.0.1"), TestNode.address("fd09::1"))
                : List.of(TestNode.address("10.9.0.1"));
        Authenticator authenticator =
                new Authenticator(auth, AddressSet.of(addresses), SequenceMark.NONE, new VerificationBudget());
        return AdvertisementFrame.build(
                Envelope.multicast(vhid, TestNode.address(source), 1),
                authenticator.sign(1, 254, 0, TestNode.address(source)));
    }

    /** Version 3 as VRRP has it, with a checksum that is right. */
    private static void setVersion3(byte[] frame) {
        ByteBuffer carp = ByteBuffer.wrap(frame, CARP, 36).slice();
        carp.put(0, (byte) 0x31).putShort(6, (short) 0);
        int sum = 0;
        for (int i = 0; i < 36; i += 2) {
            sum += carp.getShort(i) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        carp.putShort(6, (short) ~sum);
    }
}
