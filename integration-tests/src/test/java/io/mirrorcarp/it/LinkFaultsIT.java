// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.CarpdSettings;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each fault of the sync link has its own sentence: in the status of the node that can see it, in what blocks a failover, and in its log. The topology is
 * drawn at {@link Pair}; one pair serves all, and each test finds and leaves it in sync: that no fault is told then is the control.
 */
class LinkFaultsIT {
    private static final String RESTARTS = "restarts both daemons several times: run it with -Dload=true";
    private static final Duration LIMIT = Duration.ofSeconds(12);
    private static final CarpdSettings A = Topology.settingsA();
    private static final CarpdSettings B = Topology.settingsB();
    private static Pair pair;

    @BeforeAll
    static void start() {
        pair = Pair.inSync();
    }

    @AfterAll
    static void end() {
        pair.close();
    }

    @AfterEach
    void noFaultIsLeft() {
        unfilter(pair.a);
        unfilter(pair.b);
        pair.awaitPreferredRoles("in-sync");
        for (Firewall node : List.of(pair.a, pair.b)) {
            node.await("no fault", status -> faults(status).isEmpty(), LIMIT);
            assertThat(node.carpctl("status").out()).doesNotContain("warning:");
        }
    }

    private static JsonNode faults(JsonNode status) {
        return status.path("pfsync").path("faults");
    }

    /** The sentence is in the status as JSON and as text, in what blocks a failover, and, a few seconds later, in the log. */
    private static void awaitFault(Firewall node, String code, String words) {
        awaitTold(node, code, words);
        node.await(
                "blocked by: " + words,
                status -> !status.path("failoverReady").asBoolean()
                        && status.path("failoverBlockedBy").toString().contains(words),
                LIMIT);
    }

    private static void awaitTold(Firewall node, String code, String words) {
        node.await(
                code + ": " + words,
                status -> faults(status).path(0).path("code").asText().equals(code)
                        && faults(status).path(0).path("text").asText().contains(words)
                        && !faults(status).path(0).path("todo").asText().isEmpty()
                        && faults(status).size() == 1,
                LIMIT);
        assertThat(node.carpctl("status").out()).contains("warning: ").contains(words);
        if (Boolean.getBoolean("load")) {
            // It listens for seconds.
            assertThat(node.carpctl("doctor").out()).contains(words);
        }
        Awaitility.await("in the log of " + node.name() + ": " + words)
                .atMost(LIMIT)
                .until(() -> node.carpd().log().contains(words));
    }

    private static void filter(Firewall node, String hook, String rule) {
        node.host()
                .run(
                        "nft",
                        "add table inet broken; add chain inet broken c { type filter hook " + hook
                                + " priority -200; }; add rule inet broken c " + rule)
                .orThrow();
    }

    private static void unfilter(Firewall node) {
        node.host()
                .run("nft", "add table inet broken; delete table inet broken")
                .orThrow();
    }

    private static void restart(Firewall node, CarpdSettings settings) {
        node.stop();
        node.configure(settings);
        node.start();
    }

    private static void edit(Firewall node, UnaryOperator<String> change) throws IOException {
        Path file = node.carpd().configFile();
        Files.writeString(file, change.apply(Files.readString(file)));
    }

    private static void reload(Firewall node) {
        var reload = node.carpctl("reload");
        assertThat(reload.exitStatus()).as(reload.out() + reload.err()).isZero();
    }

    @Test
    void aPeerThatWasStopped() {
        pair.b.stop();
        awaitFault(pair.a, "peer-stopped", "carpd of fw-b was stopped on purpose");
        pair.b.start();
    }

    @Test
    void protocol240IsDroppedOnTheWayIn() {
        filter(pair.b, "input", "meta l4proto 240 drop");
        awaitFault(
                pair.b,
                "filtered-here",
                "packets of protocol 240 from 192.0.2.1 reach sync0 and are dropped on this node");
        awaitFault(pair.a, "sync-one-way", "fw-b is heard on sync0 and does not hear this node");
        unfilter(pair.b);
    }

    @Test
    void protocol240IsDroppedOnTheWayOut() {
        filter(pair.b, "output", "meta l4proto 240 drop");
        awaitTold(pair.b, "filtered-out", "this node's packet filter lets no protocol 240 out on sync0");
        awaitFault(pair.a, "sync-lost", "fw-b fell silent on sync0");
        unfilter(pair.b);
    }

    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = RESTARTS)
    @Test
    void tcpPort7240IsDropped() {
        filter(pair.a, "input", "tcp dport 7240 drop");
        filter(pair.b, "input", "tcp dport 7240 drop");
        restart(pair.b, B);
        for (Firewall node : List.of(pair.a, pair.b)) {
            awaitTold(node, "no-connection", "no TCP connection with ");
            assertThat(node.status().path("failoverReady").asBoolean())
                    .as("states are replicated")
                    .isTrue();
        }
        unfilter(pair.a);
        unfilter(pair.b);
        restart(pair.b, B);
    }

    /** Each drops one direction, whichever node listens; the other side's reset, when it gives up, comes through, and is no death. */
    @EnabledIfSystemProperty(
            named = "load",
            matches = "true",
            disabledReason = "waits for the kernel to give up: run it with -Dload=true")
    @ParameterizedTest
    @ValueSource(strings = {"input", "output"})
    void tcpPort7240IsDroppedWhenTheConnectionStands(String hook) {
        long deaths = deaths();
        filter(pair.a, hook, "tcp dport 7240 drop");
        filter(pair.a, hook, "tcp sport 7240 drop");
        for (Firewall node : List.of(pair.a, pair.b)) {
            awaitTold(node, "no-connection", "on port 7240: its death is noticed by silence only (filtered: ");
            assertThat(node.status().path("failoverReady").asBoolean())
                    .as("states are replicated")
                    .isTrue();
        }
        assertThat(deaths()).as("the frames of protocol 240 come: nobody died").isEqualTo(deaths);
    }

    private static long deaths() {
        return Stream.of(pair.a, pair.b)
                .flatMap(node -> node.carpd().log().lines())
                .filter(line -> line.contains("closed its connection"))
                .count();
    }

    @Test
    void theKeysDiffer() throws IOException {
        Path key = pair.b.host().directory().resolve("sync.key");
        byte[] right = Files.readAllBytes(key);
        Path other = pair.b.host().directory().resolve("other.key");
        pair.b.carpctl("key", "new", other.toString()).orThrow();
        Files.copy(other, key, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        reload(pair.b);
        awaitFault(pair.a, "wrong-key", "192.0.2.2 on sync0 has another key under the key id 1");
        awaitFault(pair.b, "wrong-key", "192.0.2.1 on sync0 has another key under the key id 1");
        Files.write(key, right);
        reload(pair.b);
    }

    @Test
    void theKeyIdIsUnknown() throws IOException {
        Path other = pair.b.host().directory().resolve("second.key");
        pair.b.carpctl("key", "new", other.toString()).orThrow();
        edit(
                pair.b,
                toml -> toml.replace("{ 1 = \"sync.key\" }", "{ 2 = \"second.key\" }")
                        .replace("activeKey   = 1", "activeKey   = 2"));
        reload(pair.b);
        awaitFault(pair.a, "unknown-key", "192.0.2.2 on sync0 seals with key id 2, which [pfsync] keys lacks here");
        awaitFault(pair.b, "unknown-key", "192.0.2.1 on sync0 seals with key id 1, which [pfsync] keys lacks here");
        pair.b.configure(B);
        reload(pair.b);
    }

    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = RESTARTS)
    @Test
    void theSyncpeerIsWrong() {
        restart(pair.a, A.withSyncpeer("192.0.2.2"));
        restart(pair.b, B.withSyncpeer("192.0.2.9"));
        awaitFault(pair.b, "wrong-syncpeer", "fw-a is heard from 192.0.2.1, and syncpeer here is 192.0.2.9");
        restart(pair.a, A.withSyncpeer("192.0.2.8"));
        awaitFault(pair.a, "syncpeer-unreachable", "no host answers at syncpeer 192.0.2.8 on sync0");
        restart(pair.a, A);
        awaitFault(
                pair.b,
                "wrong-syncpeer-there",
                "192.0.2.1 on sync0 sends to 224.0.0.240, and this node listens to its own address alone");
        restart(pair.b, B);
    }

    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = RESTARTS)
    @Test
    void thereIsNoPfsyncThere() {
        pair.a.stop();
        restart(pair.b, B.withPfsync(false));
        pair.a.configure(A.withSyncpeer("192.0.2.2"));
        pair.a.start();
        awaitFault(pair.a, "no-pfsync-there", "192.0.2.2 is up, and nothing there takes protocol 240");
        restart(pair.a, A);
        awaitFault(pair.a, "no-pfsync-there", "a peer advertises (");
        restart(pair.b, B);
    }

    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = RESTARTS)
    @Test
    void bothHaveOneHostId() throws IOException {
        String id = pair.a.status().path("hostId").asText();
        pair.b.stop();
        edit(pair.b, toml -> toml.replace("[node]", "[node]\nhostId = \"" + id + "\""));
        pair.b.start();
        awaitFault(pair.a, "same-host-id", "192.0.2.2 on sync0 has this node's host id " + id);
        awaitFault(pair.b, "same-host-id", "192.0.2.1 on sync0 has this node's host id " + id);
        restart(pair.b, B);
    }
}
