// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.LabNetwork;
import io.mirrorcarp.lab.net.LabProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What keeps advertisements away, and who else uses an id, is made on a pair that works, and is named by {@code carpctl doctor}. That it finds nothing after each test is the control. */
@EnabledIfSystemProperty(
        named = "load",
        matches = "true",
        disabledReason = "listens for a minute and a half: bin/test --load")
class DoctorAdvertsIT {
    private static final Duration LIMIT = Duration.ofSeconds(25);
    private static final int LAN_VHID = 2;

    private static Pair pair;

    @BeforeAll
    static void start() {
        pair = Pair.inSync();
    }

    @AfterAll
    static void stop() {
        pair.close();
    }

    @AfterEach
    void nothingIsLeft() {
        pair.a
                .host()
                .run("nft", "add table netdev broken; delete table netdev broken")
                .orThrow();
        pair.awaitPreferredRoles("in-sync");
        for (Firewall firewall : new Firewall[] {pair.a, pair.b}) {
            await(firewall, Map::isEmpty);
        }
    }

    private static Map<String, String> doctor(Firewall firewall, String... more) {
        CommandResult result =
                more.length == 0 ? firewall.carpctl("doctor", "--json") : firewall.carpctl("doctor", "--json", more[0]);
        return DoctorFindings.of(result);
    }

    private static Map<String, String> await(Firewall firewall, Predicate<Map<String, String>> wanted) {
        return await(firewall, wanted, () -> "");
    }

    private static Map<String, String> await(
            Firewall firewall, Predicate<Map<String, String>> wanted, Supplier<String> more) {
        try {
            return Awaitility.await().atMost(LIMIT).until(() -> doctor(firewall), wanted);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(e.getMessage() + more.get(), e);
        }
    }

    private static void flood(String onOff) {
        LabNetwork lan = pair.topology.lan();
        for (Firewall firewall : new Firewall[] {pair.a, pair.b}) {
            lan.switchNamespace()
                    .ip("link", "set", lan.port(firewall.host()), "type", "bridge_slave", "mcast_flood", onOff);
        }
    }

    @Test
    void whatThisNodesFilterDropsOnTheWayOutIsToldByBoth() {
        pair.a
                .host()
                .nft("table netdev broken { chain c { type filter hook egress device lan0 priority 0;"
                        + " ip protocol 112 drop; }; }");
        assertThat(await(pair.a, found -> found.containsKey("advert-filtered-out"))
                        .get("advert-filtered-out"))
                .contains("no advertisement of vhid " + LAN_VHID + " leaves lan0")
                .contains("let IP protocol 112 out");
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(doctor(pair.b, "--peer"))
                        .hasEntrySatisfying(
                                "advert-filtered-out", text -> assertThat(text).startsWith("fw-a: ")));
    }

    @Test
    void aSwitchThatEatsMulticastIsTold() {
        flood("off");
        // So that something else is on the network, as there is on every one in use.
        LabProcess ping = pair.topology.client().spawn("ping.log", "ping", "-i", "0.2", "10.0.0.3");
        try {
            assertThat(await(pair.b, found -> found.containsKey("advert-lost")).get("advert-lost"))
                    .contains("the advertisements of fw-a for lan leave it and do not reach lan0")
                    .contains("IGMP or MLD snooping");
        } finally {
            ping.terminate();
            flood("on");
        }
    }

    @Test
    void aLinkOnWhichNothingComesInIsTold() {
        LabNetwork lan = pair.topology.lan();
        String port = lan.port(pair.b.host());
        // As a port in spanning tree delay: carrier, and nothing passes.
        lan.switchNamespace().ip("link", "set", port, "type", "bridge_slave", "state", "1");
        try {
            assertThat(await(pair.b, found -> found.containsKey("carpdev-silent"))
                            .get("carpdev-silent"))
                    .contains("not one frame of any kind came in on lan0")
                    .contains("spanning tree");
        } finally {
            lan.switchNamespace().ip("link", "set", port, "type", "bridge_slave", "state", "3");
        }
    }

    @Test
    void keepalivedWithTheSameIdIsTold() throws IOException {
        Path directory = pair.topology.client().directory();
        Path file = Files.writeString(directory.resolve("keepalived.conf"), """
                        global_defs {
                          vrrp_version 3
                        }
                        vrrp_instance other {
                          interface eth0
                          virtual_router_id %d
                          priority 100
                          advert_int 1
                          virtual_ipaddress {
                            10.0.0.50/24
                          }
                        }
                        """.formatted(LAN_VHID));
        LabProcess keepalived = pair.topology
                .client()
                .spawn(
                        "keepalived.log",
                        "keepalived",
                        "-n",
                        "-l",
                        "-P",
                        "-f",
                        file.toString(),
                        "-p",
                        directory.resolve("keepalived.pid").toString(),
                        "-r",
                        directory.resolve("vrrp.pid").toString());
        try {
            Map<String, String> all = await(
                    pair.b, found -> found.containsKey("vrid-clash"), () -> "keepalived said: " + keepalived.log());
            assertThat(all.get("vrid-clash"))
                    .contains("10.0.0.100 speaks VRRP with the virtual router id " + LAN_VHID + " on lan0");
        } finally {
            keepalived.terminate();
        }
    }

    @Test
    void aStrangersCarpWithTheSameVhidIsToldAndNotTakenForThePeers() throws IOException {
        Path script = Files.writeString(pair.topology.client().directory().resolve("nothing"), "#!/bin/sh\n");
        script.toFile().setExecutable(true);
        LabProcess ucarp = pair.topology
                .client()
                .spawn(
                        "ucarp.log",
                        "ucarp",
                        "-i",
                        "eth0",
                        "-s",
                        "10.0.0.100",
                        "-v",
                        Integer.toString(LAN_VHID),
                        "-p",
                        "somebody else's",
                        "-a",
                        "10.0.0.60",
                        "-u",
                        script.toString(),
                        "-d",
                        script.toString());
        try {
            Map<String, String> found = await(pair.b, now -> now.containsKey("vhid-clash"));
            assertThat(found.get("vhid-clash"))
                    .contains("10.0.0.100 uses vhid " + LAN_VHID + " of lan on lan0 too")
                    .contains("00:00:5e:00:01:02");
            assertThat(found).doesNotContainKey("carp-password");
        } finally {
            ucarp.terminate();
        }
    }
}
