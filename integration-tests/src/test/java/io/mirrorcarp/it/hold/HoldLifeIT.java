// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.hold;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.traffic.TcpFlow;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/** What becomes of packets, rules and connections when holding ends: by a reload, and by the death of a daemon that holds some. */
@Isolated
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "starts pairs, a minute: bin/test --load")
class HoldLifeIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration EXCHANGE = Duration.ofSeconds(10);
    private static final int TIMES = 20;
    /** On a busy machine a state may take longer than a packet waits; {@link HoldIT} asks for all. */
    private static final int MOST = 18;

    private static final int STRAYS = 8;
    private static final int NOBODY = 6_000;

    private static String ruleset(Firewall firewall) {
        return firewall.host().run("nft", "list", "ruleset").out();
    }

    private static String links(Firewall firewall) {
        return firewall.host().run("ip", "-br", "link").out();
    }

    private static String queues(Firewall firewall) {
        return firewall.host().run("cat", "/proc/net/netfilter/nfnetlink_queue").out();
    }

    private static void reload(Firewall firewall, String from, String to) throws Exception {
        Path file = firewall.carpd().configFile();
        Files.writeString(file, Files.readString(file).replace(from, to));
        var result = firewall.carpctl("reload");
        assertThat(result.succeeded()).as(result.out() + result.err()).isTrue();
    }

    private static void assertNothingIsLeft(Firewall firewall) {
        Awaitility.await("rules, queue and device of " + firewall.name() + " are gone")
                .atMost(LIMIT)
                .untilAsserted(() -> {
                    assertThat(ruleset(firewall)).doesNotContain("outran their state");
                    assertThat(links(firewall)).doesNotContain("carphold");
                    assertThat(queues(firewall)).isBlank();
                });
    }

    @Test
    void aReloadEndsAndBeginsItAndConnectionsGoOn() throws Exception {
        try (AsymmetricPair pair = new AsymmetricPair("auto");
                Talks talks =
                        Talks.of(pair.topology.client(), Topology.SERVER, pair.topology.server(), Topology.SERVER);
                TcpFlow flow = TcpFlow.open(pair.topology.client(), pair.topology.server(), Topology.SERVER)) {
            Attempts.of(100, talks::tcpClientFirst);
            assertThat(Attempts.of(TIMES, talks::tcpClientFirst).succeeded()).isGreaterThanOrEqualTo(MOST);
            for (Firewall firewall : pair.firewalls) {
                assertThat(ruleset(firewall)).contains("outran their state");
                reload(firewall, "\"auto\"", "\"off\"");
                assertNothingIsLeft(firewall);
            }
            assertThat(flow.exchange(EXCHANGE)).isEmpty();
            assertThat(Attempts.of(5, talks::tcpClientFirst).succeeded())
                    .as("connections without holding")
                    .isZero();
            for (Firewall firewall : pair.firewalls) {
                reload(firewall, "\"off\"", "\"auto\"");
                Awaitility.await("held again")
                        .atMost(LIMIT)
                        .until(() -> links(firewall).contains("carphold"));
            }
            assertThat(Attempts.of(TIMES, talks::tcpClientFirst).succeeded()).isGreaterThanOrEqualTo(MOST);
            assertThat(flow.exchange(EXCHANGE)).isEmpty();
        }
    }

    /**
     * The daemon stands still first, so that packets that nobody waits for are with the kernel when it dies. They would have been dropped without holding too. All else goes on, by the other node.
     */
    @Test
    void aDaemonThatDiesWithHeldPacketsLeavesNoRuleAndEndsNoConnection() throws Exception {
        try (AsymmetricPair pair = new AsymmetricPair("auto");
                TcpFlow flow = TcpFlow.open(pair.topology.client(), pair.topology.server(), Topology.SERVER)) {
            assertThat(flow.exchange(EXCHANGE)).isEmpty();
            Firewall b = pair.firewalls.get(1);
            b.host()
                    .run("kill", "-STOP", Long.toString(b.carpd().process().pid()))
                    .orThrow();
            sendStrays(pair.topology.server());
            Awaitility.await("packets with the kernel").atMost(LIMIT).until(() -> waiting(b) > 0);
            b.kill();
            assertNothingIsLeft(b);
            Awaitility.await("the connection goes on by fw-a")
                    .atMost(LIMIT)
                    .until(() -> flow.exchange(EXCHANGE).equals(Optional.empty()));
            assertThat(ruleset(b)).contains("table inet router");
        }
    }

    /** How many packets wait for a verdict: the third word. */
    private static int waiting(Firewall firewall) {
        String[] words = queues(firewall).strip().split("\\s+", -1);
        return words.length < 3 ? 0 : Integer.parseInt(words[2]);
    }

    private static void sendStrays(LabHost server) throws Exception {
        try (DatagramSocket socket = server.call(() -> new DatagramSocket())) {
            for (int i = 0; i < STRAYS; i++) {
                byte[] word = {1};
                socket.send(new DatagramPacket(word, 1, InetAddress.getByName(Topology.VIRTUAL_WAN), NOBODY + i));
            }
        }
    }
}
