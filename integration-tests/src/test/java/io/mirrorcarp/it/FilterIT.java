// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.CarpdSettings;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Topology;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Which flows the filters let out of one kernel and into the other. Each flow has a source of its own, by which it is named. The topology is drawn at {@link Pair}. */
@EnabledIfSystemProperty(
        named = "load",
        matches = "true",
        disabledReason = "reloads and compares for a quarter of a minute: run it with -Dload=true")
class FilterIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final CarpdSettings A = Topology.settingsA();
    private static final CarpdSettings B = Topology.settingsB();
    private static final Pattern SOURCE = Pattern.compile("src=(10\\.7\\.\\d+\\.\\d+|2001:db8::7:\\w+)");
    private static final int PACKETS = 300;
    private static final String TCP = "-p tcp --sport 5001 --dport 443 -u SEEN_REPLY,ASSURED --state ";

    /** By what tells them apart. */
    private static final Map<String, String> FLOWS = Map.of(
            "10.7.1.1", TCP + "ESTABLISHED",
            "10.7.1.2", TCP + "TIME_WAIT",
            "10.7.1.3", TCP + "ESTABLISHED -m 17",
            "10.7.1.4", TCP + "ESTABLISHED -w 5",
            "10.7.2.5", TCP + "ESTABLISHED",
            "10.7.1.6", "-p udp --sport 5004 --dport 53",
            "2001:db8::7:7", TCP + "ESTABLISHED",
            "10.7.1.8", "-p icmp --icmp-type 8 --icmp-code 0 --icmp-id 77");

    private static final String EVERYTHING_ELSE =
            "10.7.1.1 10.7.1.2 10.7.1.3 10.7.1.4 10.7.2.5 10.7.1.6 2001:db8::7:7 10.7.1.8";

    private static Pair pair;

    @BeforeAll
    static void start() {
        pair = Pair.inSync();
    }

    @AfterAll
    static void end() {
        pair.close();
    }

    @BeforeEach
    void nothingIsThere() {
        filters("", "");
        pair.a.carpctl("states", "flush", "--yes").orThrow();
        awaitFlows(pair.a);
        awaitFlows(pair.b);
    }

    /** Brings filters into force on both, without a restart. */
    private static void filters(String ofA, String ofB) {
        pair.a.configure(A.withExtra("\n" + ofA));
        pair.b.configure(B.withExtra("\n" + ofB));
        for (Firewall node : List.of(pair.a, pair.b)) {
            node.carpctl("reload").orThrow();
        }
    }

    private static void makeFlows(Firewall node) {
        FLOWS.forEach((source, rest) -> {
            boolean ipv6 = source.contains(":");
            String command =
                    "conntrack -I -t 600 -s " + source + " -d " + (ipv6 ? "2001:db8::9 " : "198.51.100.9 ") + rest;
            node.host().run(command.split(" ", -1)).orThrow();
        });
    }

    private static Set<String> flows(Firewall node) {
        Set<String> found = new TreeSet<>();
        for (String family : List.of("ipv4", "ipv6")) {
            String listed =
                    node.host().run("conntrack", "-L", "-f", family).orThrow().out();
            found.addAll(SOURCE.matcher(listed).results().map(FilterIT::source).toList());
        }
        return found;
    }

    private static String source(MatchResult match) {
        return match.group(1);
    }

    private static void awaitFlows(Firewall node, String... sources) {
        Awaitility.await(node.name() + " has exactly these")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(flows(node)).containsExactlyInAnyOrder(sources));
    }

    private static void awaitAllBut(Firewall node, String... sources) {
        Set<String> rest = new TreeSet<>(Arrays.asList(EVERYTHING_ELSE.split(" ", -1)));
        rest.removeAll(Arrays.asList(sources));
        awaitFlows(node, rest.toArray(String[]::new));
    }

    /** Nobody takes for a difference what a filter leaves out. */
    private static void assertVerified() {
        for (Firewall node : List.of(pair.a, pair.b)) {
            var verify = node.carpctl("pfsync", "verify");
            assertThat(verify.exitStatus())
                    .as(node.name() + ": " + verify.out() + verify.err())
                    .isZero();
            assertThat(node.status().path("pfsync").path("state").asText()).isEqualTo("in-sync");
            assertThat(node.status().path("failoverReady").asBoolean()).isTrue();
        }
    }

    @Test
    void withoutAFilterAllGo() {
        makeFlows(pair.a);
        awaitAllBut(pair.b);
        assertVerified();
    }

    private void assertLeavesOut(String filter, String... sources) {
        filters("[pfsync.filter]\n" + filter, "");
        makeFlows(pair.a);
        awaitAllBut(pair.a);
        awaitAllBut(pair.b, sources);
        assertVerified();
        nothingIsThere();
        filters("", "[pfsync.filter.import]\n" + filter);
        makeFlows(pair.a);
        awaitAllBut(pair.b, sources);
        assertVerified();
        assertThat(pair.b.stats().path("pfsync").path("withheld").asLong()).isPositive();
    }

    @Test
    void byNumberAndNameOfTheProtocol() {
        assertLeavesOut("protocols = [6, \"icmp\"]\n", "10.7.1.6");
    }

    @Test
    void byAddress() {
        assertLeavesOut("address = [\"10.7.1.0/24\"]\n", "10.7.2.5", "2001:db8::7:7");
    }

    @Test
    void byAddressesThatAreLeftOut() {
        assertLeavesOut("ignoreAddress = [\"10.7.2.0/24\", \"2001:db8::/32\"]\n", "10.7.2.5", "2001:db8::7:7");
    }

    @Test
    void byZone() {
        assertLeavesOut("ignoreZone = [5]\n", "10.7.1.4");
    }

    @Test
    void byMark() {
        assertLeavesOut("ignoreMark = [\"0x11/0xff\"]\n", "10.7.1.3");
    }

    @Test
    void byState() {
        assertLeavesOut("state = [\"established\"]\n", "10.7.1.2");
    }

    @Test
    void byAge() {
        for (String filter : List.of("[pfsync.filter]\n", "[pfsync.filter.import]\n")) {
            boolean told = filter.equals("[pfsync.filter]\n");
            filters(told ? filter + "minAge = \"3s\"\n" : "", told ? "" : filter + "minAge = \"3s\"\n");
            long start = System.nanoTime();
            makeFlows(pair.a);
            pair.a.host().run("conntrack", "-D", "-s", "10.7.2.5").orThrow();
            awaitAllBut(pair.b, "10.7.2.5");
            assertThat(System.nanoTime() - start).isGreaterThan(2_900_000_000L);
            assertVerified();
            nothingIsThere();
        }
    }

    /** What either node's filters are the other one says too, and it is no difference of the tables. */
    @Test
    void theFiltersOfTheTwoDiffer() {
        filters(
                "[pfsync.filter]\nignoreZone = [5]\n",
                "[pfsync.filter]\nignoreMark = [17]\n[pfsync.filter.import]\nprotocols = [\"tcp\"]\n");
        makeFlows(pair.a);
        awaitAllBut(pair.b, "10.7.1.4", "10.7.1.6", "10.7.1.8");
        assertVerified();
        for (Firewall node : List.of(pair.a, pair.b)) {
            assertThat(node.carpctl("config", "diff", "--peer").out()).contains("ignoreZone", "ignoreMark", "import");
        }
    }

    /** With 0 each change of a flow is a message of its own; with 255 those of a burst are one. Each packet changes the mark of its flow. */
    @Test
    void maxupdTakesEffect() throws Exception {
        pair.a.host().nft("""
                table ip marks {
                  chain c {
                    type filter hook forward priority 0;
                    udp dport 9 ct mark set numgen inc mod 1000 offset 1
                  }
                }
                """);
        try {
            assertThat(mergedInABurst(255)).as("merged with maxupd = 255").isPositive();
            assertThat(mergedInABurst(0)).as("merged with maxupd = 0").isZero();
        } finally {
            pair.a.host().run("nft", "delete", "table", "ip", "marks").orThrow();
        }
    }

    private static long mergedInABurst(int maxupd) throws IOException {
        Path file = pair.a.carpd().configFile();
        Files.writeString(
                file, A.toml(pair.a.carpd().socket()).replaceFirst("(?m)^(syncdev .*)$", "$1\nmaxupd = " + maxupd));
        pair.a.carpctl("reload").orThrow();
        long merged = count("merged");
        long told = count("updatesOut") + merged;
        pair.topology.client().call(() -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                InetSocketAddress server = new InetSocketAddress(Topology.SERVER, 9);
                for (int i = 0; i < PACKETS; i++) {
                    socket.send(new DatagramPacket(new byte[1], 1, server));
                }
            }
            return null;
        });
        Awaitility.await("updates of " + PACKETS + " packets")
                .atMost(LIMIT)
                .until(() -> count("updatesOut") + count("merged") >= told + PACKETS - 5);
        return count("merged") - merged;
    }

    private static long count(String counter) {
        return pair.a.stats().path("pfsync").path(counter).asLong();
    }
}
