// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabNetwork;
import io.mirrorcarp.lab.traffic.FlowLoad;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A pair that keeps its states equal by the cable and by the LAN, under 500 new connections a second. The topology is drawn at {@link Pair}. */
@EnabledIfSystemProperty(
        named = "load",
        matches = "true",
        disabledReason = "works for some ten seconds under load: run it with -Dload=true")
class SyncPathsIT {
    private static final int FLOWS_PER_SECOND = 500;
    private static final int FLOWS = 750;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration SEARCH_LIMIT = Duration.ofSeconds(40);
    private static final int FAR_MTU = 1_400;

    private final Pair pair = Pair.of(UnaryOperator.identity());
    private final Map<String, Long> promotionsAtStart = new HashMap<>();
    private FlowLoad load;

    @AfterEach
    void end() {
        if (load != null) {
            load.close();
        }
        pair.close();
    }

    private void start(String syncdev) throws Exception {
        start(node -> "syncdev = " + syncdev, List.of("lan0"));
    }

    /**
     * Starts both with these keys in [pfsync], and opens flows.
     *
     * @param devices those besides sync0 on which the packet filter lets the state channel pass
     */
    private void start(Function<Firewall, String> keys, List<String> devices) throws Exception {
        for (Firewall node : List.of(pair.a, pair.b)) {
            Path file = node.carpd().configFile();
            Files.writeString(file, Files.readString(file).replace("syncdev     = \"sync0\"", keys.apply(node)));
            for (String device : devices) {
                letPass(node, device);
            }
        }
        pair.start();
        pair.awaitPreferredRoles("in-sync");
        for (Firewall node : List.of(pair.a, pair.b)) {
            promotionsAtStart.put(node.name(), promotions(node));
        }
        load = SyncChaosIT.load(pair);
        load.open(FLOWS_PER_SECOND, 0);
        awaitFlows();
    }

    private static void letPass(Firewall node, String device) {
        for (String rule : List.of(
                "input iifname " + device + " tcp dport 7240 accept",
                "input iifname " + device + " tcp sport 7240 accept",
                "input iifname " + device + " udp dport 7240 accept",
                "input iifname " + device + " meta l4proto 240 accept",
                "raw_in iifname " + device + " tcp dport 7240 notrack",
                "raw_in iifname " + device + " tcp sport 7240 notrack",
                "raw_in iifname " + device + " udp dport 7240 notrack",
                "raw_out oifname " + device + " tcp dport 7240 notrack",
                "raw_out oifname " + device + " tcp sport 7240 notrack",
                "raw_out oifname " + device + " udp dport 7240 notrack")) {
            node.host().run("nft", "insert rule inet router " + rule).orThrow();
        }
    }

    private void awaitFlows() {
        long wanted = load.opened() + FLOWS;
        Awaitility.await("flows").atMost(LIMIT).until(() -> load.opened() >= wanted);
    }

    private static JsonNode path(JsonNode status, int path) {
        return status.path("pfsync").path("paths").path(path);
    }

    private void awaitInUse(String device) {
        for (Firewall node : List.of(pair.a, pair.b)) {
            node.await(
                    "states go by " + device,
                    status -> status.path("pfsync").path("syncdev").asText().equals(device),
                    LIMIT);
        }
    }

    private static long promotions(Firewall node) {
        return node.carpd()
                .log()
                .lines()
                .filter(line -> line.contains(" -> MASTER"))
                .count();
    }

    private void assertNobodyNoticed() {
        pair.awaitPreferredRoles("in-sync");
        for (Firewall node : List.of(pair.a, pair.b)) {
            String log = node.carpd().log();
            assertThat(log)
                    .as(pair.logsOf())
                    .doesNotContain("pfsync-link")
                    .doesNotContain("is lost")
                    .doesNotContain("sync0 is down")
                    .doesNotContain("lost its carrier");
            assertThat(promotions(node))
                    .as("promotions of %s%s", node.name(), pair.logsOf())
                    .isEqualTo(promotionsAtStart.get(node.name()));
        }
    }

    @Test
    void aCutCableLosesNoFlowAndChangesNoRoleAndServesAgain() throws Exception {
        start("[\"sync0\", \"lan0\"]");
        awaitInUse("sync0");
        pair.topology.sync().cutCable(pair.a.host());
        awaitInUse("lan0");
        awaitFlows();
        pair.a.await(
                "the fault is told",
                status -> path(status, 0).path("fault").asText().equals("no carrier")
                        && status.path("pfsync").path("faults").toString().contains("sync-path-down")
                        && status.path("failoverReady").asBoolean(),
                LIMIT);
        assertThat(pair.a.carpctl("status").out())
                .contains("paths  sync0 (no carrier), lan0 in use")
                .contains("warning: sync path sync0: no carrier; frames go by lan0");
        assertThat(pair.a.carpctl("doctor").out()).contains("sync path sync0: no carrier");
        pair.topology.sync().restoreCable(pair.a.host());
        awaitInUse("sync0");
        awaitFlows();
        assertNoFlowIsLost();
        assertNobodyNoticed();
        assertThat(pair.a.carpd().log()).contains("sync path sync0 is back; frames go by sync0");
    }

    private void assertNoFlowIsLost() {
        load.open(0, 0);
        Awaitility.await("all flows on both" + pair.logsOf())
                .atMost(LIMIT)
                .until(() -> flows(pair.a) >= load.opened() && flows(pair.a) == flows(pair.b));
    }

    private static int flows(Firewall node) {
        return KernelTable.of(node.host()).size();
    }

    /**
     * A cable with jumbo frames, a LAN, and a network behind a router with IPv6 alone, which passes 1,400 bytes. Two of them die, one by its carrier and one without a word, and come back; then all three.
     */
    @Test
    void aCableALanAndARoutedNetworkDieOneAfterAnother() throws Exception {
        LabNetwork lan = pair.lab.network("mgmt");
        layFurtherPaths(lan);
        start(
                node -> "syncdev = [\"sync0\", \"mgmt0\", \"far0\"]\ntransport = \"udp\"\nsyncpeer = [\"192.0.2."
                        + other(node) + "\", \"192.168.50." + other(node) + "\", \"fd00:" + other(node) + "::1\"]",
                List.of("sync0", "mgmt0", "far0"));
        awaitInUse("sync0");
        for (Firewall node : List.of(pair.a, pair.b)) {
            node.await(
                    "frames are short enough for all paths",
                    status -> status.path("pfsync")
                                    .path("peers")
                                    .path(0)
                                    .path("pathMtu")
                                    .asInt()
                            <= FAR_MTU,
                    SEARCH_LIMIT);
        }
        pair.topology.sync().cutCable(pair.a.host());
        awaitInUse("mgmt0");
        awaitFlows();
        part(lan);
        awaitInUse("far0");
        awaitFlows();
        mend(lan);
        awaitInUse("mgmt0");
        awaitFlows();
        pair.topology.sync().restoreCable(pair.a.host());
        awaitInUse("sync0");
        awaitFlows();
        assertNoFlowIsLost();
        assertNobodyNoticed();
        part(lan);
        pair.topology.sync().cutCable(pair.a.host());
        awaitInUse("far0");
        pair.b.host().namespace().ip("link", "set", "far0", "down");
        pair.b.await("lost", Statuses.pfsync("lost"), LIMIT);
    }

    private int other(Firewall node) {
        return node == pair.a ? 2 : 1;
    }

    private void part(LabNetwork network) {
        Parting.part(network, pair.a, "6, 17");
        Parting.part(network, pair.b, "6, 17");
    }

    private void mend(LabNetwork network) {
        Parting.mend(network, pair.a);
        Parting.mend(network, pair.b);
    }

    private void layFurtherPaths(LabNetwork lan) {
        LabHost router = pair.lab.host("router");
        router.sysctl("net.ipv6.conf.all.forwarding=1");
        for (Firewall node : List.of(pair.a, pair.b)) {
            int number = 3 - other(node);
            LabHost host = node.host();
            host.plug(lan, "mgmt0");
            host.address("mgmt0", "192.168.50." + number + "/24");
            host.namespace().ip("link", "set", "sync0", "mtu", "9000");
            pair.topology
                    .sync()
                    .switchNamespace()
                    .ip("link", "set", pair.topology.sync().port(host), "mtu", "9000");
            LabNetwork far = pair.lab.network("far" + number);
            host.plug(far, "far0");
            host.address("far0", "fd00:" + number + "::1/64");
            router.plug(far, "far" + number);
            router.address("far" + number, "fd00:" + number + "::fe/64");
            router.namespace().ip("link", "set", "far" + number, "mtu", Integer.toString(FAR_MTU));
            host.namespace()
                    .ip("-6", "route", "add", "fd00:" + other(node) + "::/64", "via", "fd00:" + number + "::fe");
        }
    }

    /** The control. */
    @Test
    void withOneSyncdevTheSameCutDemotes() throws Exception {
        start("\"sync0\"");
        pair.topology.sync().cutCable(pair.a.host());
        pair.a.await(
                "demoted", status -> status.path("demotionSources").toString().contains("pfsync-link"), LIMIT);
        pair.b.await("lost", Statuses.pfsync("lost"), LIMIT);
    }
}
