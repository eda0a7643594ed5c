// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static io.mirrorcarp.carp.TestNode.host;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.carp.auth.AuthSettings;
import io.mirrorcarp.carp.auth.CarpKey;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.io.MemoryCarpNetwork;
import io.mirrorcarp.carp.packet.AdvertisementParser;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.ReceivedAdvertisement;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A running node gets other virtual hosts. Those that stay as they are must not notice. */
class ReconfigurationTest {
    private static final String WAN = "203.0.113.1/24";
    private static final String LAN = "192.0.2.1/24";

    private final Vertx vertx = Vertx.vertx();
    private final MemoryCarpNetwork.Segment wan = new MemoryCarpNetwork.Segment();
    private final MemoryCarpNetwork.Segment lan = new MemoryCarpNetwork.Segment();
    private final MemoryCarpNetwork.Segment dmz = new MemoryCarpNetwork.Segment();
    private final MemoryCarpNetwork network = new MemoryCarpNetwork(Map.of("wan0", wan, "lan0", lan, "dmz0", dmz));
    private final TestNode node = new TestNode(vertx, network);
    private final VirtualHost wanHost = host("wan", 1, "wan0", 10, WAN);
    private final VirtualHost lanHost = host("lan", 2, "lan0", 10, LAN);

    @AfterEach
    void close() throws Exception {
        node.close();
        TestNode.get(vertx.close());
        assertThat(node.failures).isEmpty();
    }

    private void startBoth() throws Exception {
        node.start(wanHost, lanHost).awaitState("wan", CarpState.MASTER).awaitState("lan", CarpState.MASTER);
        eventually(() ->
                assertThat(network.holds("wan0", 1) && network.holds("lan0", 2)).isTrue());
    }

    private void reconfigure(VirtualHost... hosts) throws Exception {
        TestNode.get(node.verticle().reconfigure(List.of(hosts)));
    }

    private static void eventually(org.awaitility.core.ThrowingRunnable assertion) {
        await().pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(assertion);
    }

    private static List<Integer> skews(MemoryCarpNetwork.Segment segment) {
        return segment.frames().stream()
                .map(frame -> AdvertisementParser.ofEverything().parse(ByteBuffer.wrap(frame)))
                .filter(ReceivedAdvertisement.class::isInstance)
                .map(frame -> ((CarpAdvertisement) ((ReceivedAdvertisement) frame).advertisement()).advskew())
                .toList();
    }

    private static VirtualHost withPassphrase(VirtualHost host, String passphrase) {
        return new VirtualHost(
                host.name(),
                host.carpdev(),
                host.settings(),
                AuthSettings.of(host.vhid(), CarpKey.ofPassphrase(passphrase)),
                host.group(),
                host.addresses());
    }

    @Test
    void aVirtualHostThatIsAsBeforeIsNotTouched() throws Exception {
        startBoth();
        List<String> log = network.log();
        reconfigure(host("wan", 1, "wan0", 10, WAN), host("lan", 2, "lan0", 10, LAN));
        assertThat(network.log()).isEqualTo(log);
        assertThat(node.changes).hasSize(4);
    }

    @Test
    void otherTimesTakeEffectAndTheStateStays() throws Exception {
        startBoth();
        reconfigure(wanHost, host("lan", 2, "lan0", 30, LAN));
        eventually(() -> assertThat(skews(lan)).contains(30));
        assertThat(skews(wan)).doesNotContain(30);
        assertThat(node.changes).as("no change of state").hasSize(4);
        assertThat(network.log()).doesNotContain("release 2@lan0");
    }

    @Test
    void anotherPassphraseSignsAtOnceAndTheStateStays() throws Exception {
        startBoth();
        reconfigure(wanHost, withPassphrase(lanHost, "another one"));
        TestNode peer = new TestNode(vertx, new MemoryCarpNetwork(Map.of("lan0", lan)));
        peer.start(withPassphrase(host("lan", 2, "lan0", 200, LAN), "another one"))
                .awaitState("lan", CarpState.BACKUP);
        eventually(() -> assertThat(
                        peer.snapshot().virtualHost("lan").orElseThrow().peers())
                .hasSize(1));
        assertThat(peer.counter(CarpCounter.BAD_AUTH)).isZero();
        assertThat(node.state("lan")).isEqualTo(CarpState.MASTER);
        peer.close();
        assertThat(peer.failures).isEmpty();
    }

    @Test
    void otherAddressesAreTakenInPlace() throws Exception {
        startBoth();
        reconfigure(wanHost, host("lan", 2, "lan0", 10, LAN, "192.0.2.9/24"));
        eventually(() ->
                assertThat(network.log().stream().filter("take 2@lan0"::equals)).hasSize(2));
        assertThat(node.changes).hasSize(4);
        assertThat(node.snapshot().virtualHost("lan").orElseThrow().host().addresses())
                .hasSize(2);
    }

    @Test
    void oneThatIsGoneBowsOutAndANewOneIsElectedOnACarpdevThatIsNewToo() throws Exception {
        startBoth();
        reconfigure(wanHost, host("dmz", 3, "dmz0", 10, "198.51.100.1/24"));
        assertThat(skews(lan)).last().isEqualTo(255);
        assertThat(network.holds("lan0", 2)).isFalse();
        node.awaitState("dmz", CarpState.MASTER);
        eventually(() -> assertThat(network.holds("dmz0", 3)).isTrue());
        assertThat(node.snapshot().virtualHost("lan")).isEmpty();
        network.setLink("dmz0", false);
        node.awaitState("dmz", CarpState.INIT);
        assertThat(node.state("wan")).isEqualTo(CarpState.MASTER);
        assertThat(new TreeSet<>(skews(wan))).doesNotContain(255);
    }

    @Test
    void oneMoreOnACarpdevThatIsInUseIsHeardByIts() throws Exception {
        startBoth();
        reconfigure(wanHost, lanHost, host("lan6", 4, "lan0", 10, "fd00::1/64"));
        node.awaitState("lan6", CarpState.MASTER);
        TestNode peer = new TestNode(vertx, new MemoryCarpNetwork(Map.of("lan0", lan)));
        peer.start(host("lan6", 4, "lan0", 5, "fd00::1/64")).awaitState("lan6", CarpState.MASTER);
        node.awaitState("lan6", CarpState.BACKUP);
        assertThat(node.state("lan")).isEqualTo(CarpState.MASTER);
        peer.close();
    }

    @Test
    void oneWithAnotherVhidComesAnew() throws Exception {
        startBoth();
        reconfigure(wanHost, host("lan", 7, "lan0", 10, LAN));
        node.awaitState("lan", CarpState.MASTER);
        eventually(() -> assertThat(network.holds("lan0", 7)).isTrue());
        assertThat(network.holds("lan0", 2)).isFalse();
        assertThat(node.state("wan")).isEqualTo(CarpState.MASTER);
    }
}
