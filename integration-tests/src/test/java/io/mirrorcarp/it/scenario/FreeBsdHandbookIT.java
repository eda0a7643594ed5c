// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Carpd;
import io.mirrorcarp.lab.firewall.LabKeys;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The FreeBSD handbook: two hosts with content of their own, and one that provides both when its owner is gone.
 *
 * <pre>
 *   hosta .11, vhid 1 ------+
 *   hostb .12, vhid 2 ------+------ client .100
 *   hostc .13, both, 100 ---+
 *   192.168.1.0/24; virtual .50 with vhid 1, .51 with vhid 2
 * </pre>
 */
class FreeBsdHandbookIT {
    private static final String VIRTUAL_1 = "192.168.1.50";
    private static final String VIRTUAL_2 = "192.168.1.51";
    private static final int PROVIDER_ADVSKEW = 100;

    private final ScenarioLab lab = new ScenarioLab();
    private final LabNetwork lan = lab.network("lan");
    private final LabHost client = lab.host("client", lan, "192.168.1.100/24");

    @AfterEach
    void close() {
        lab.close();
    }

    private LabHost contentHost(String name, int number) {
        LabHost host = lab.host(name, lan, "192.168.1." + number + "/24");
        lab.greet(host, "0.0.0.0");
        return host;
    }

    private static NodeToml one(String node, boolean preempt) {
        return NodeToml.of(node, "preempt = " + preempt).vhid("one", 1, "eth0", 0, VIRTUAL_1 + "/32");
    }

    private static NodeToml two(String node) {
        return NodeToml.of(node).vhid("two", 2, "eth0", 0, VIRTUAL_2 + "/32");
    }

    private static NodeToml provider(boolean preempt) {
        return NodeToml.of("hostc", "preempt = " + preempt)
                .vhid("one", 1, "eth0", PROVIDER_ADVSKEW, VIRTUAL_1 + "/32")
                .vhid("two", 2, "eth0", PROVIDER_ADVSKEW, VIRTUAL_2 + "/32");
    }

    @Test
    void theProviderTakesTheContentOfOneHostAndGivesItBackByTheNudge() {
        Carpd a = lab.start(contentHost("hosta", 11), one("hosta", false));
        Carpd b = lab.start(contentHost("hostb", 12), two("hostb"));
        ScenarioLab.awaitStart(a, "one", "master");
        ScenarioLab.awaitStart(b, "two", "master");
        Carpd c = lab.start(contentHost("hostc", 13), provider(false));
        c.await("BACKUP of both", Statuses.every("backup"), Limits.START);
        Greeter.await(client, VIRTUAL_1, "hosta");
        Greeter.await(client, VIRTUAL_2, "hostb");

        a.process().kill();
        lan.cutCable(a.host());
        ScenarioLab.await(c, "one", "master");
        Greeter.await(client, VIRTUAL_1, "hostc");
        Greeter.await(client, VIRTUAL_2, "hostb");

        a.start();
        ScenarioLab.awaitStart(a, "one", "init");
        lan.restoreCable(a.host());
        awaitHeard(a, "one", "192.168.1.13");
        ScenarioLab.await(a, "one", "backup");
        Greeter.await(client, VIRTUAL_1, "hostc");

        assertThat(c.carpctl("vhid", "one", "down").orThrow().exitStatus()).isZero();
        ScenarioLab.await(a, "one", "master");
        assertThat(c.carpctl("vhid", "one", "up").orThrow().exitStatus()).isZero();
        ScenarioLab.await(c, "one", "backup");
        awaitHeard(c, "one", "192.168.1.11");
        Greeter.await(client, VIRTUAL_1, "hosta");
        assertThat(ScenarioLab.reason(a.status(), "one")).isEqualTo("master will time out");
    }

    @Test
    void aWrongPasswordOnOneHostNeverMakesItHeard() {
        Carpd c = lab.start(contentHost("hostc", 13), provider(true));
        Carpd wrong = ScenarioLab.start(contentHost("hosta", 11), one("hosta", true), LabKeys.random());
        ScenarioLab.awaitStart(c, "one", "master");
        ScenarioLab.awaitStart(wrong, "one", "master");
        awaitRefusals(c, 5);
        awaitRefusals(wrong, 5);
        for (Carpd node : new Carpd[] {c, wrong}) {
            JsonNode one = ScenarioLab.vhid(node.status(), "one");
            assertThat(one.path("state").asText()).isEqualTo("master");
            assertThat(one.path("transitions").asInt())
                    .as("INIT, BACKUP, MASTER and no more")
                    .isEqualTo(2);
            assertThat(one.path("peers")).as("heard").isEmpty();
        }
    }

    private static void awaitHeard(Carpd node, String vhid, String peer) {
        node.await(
                peer + " heard on " + vhid,
                status -> ScenarioLab.vhid(status, vhid)
                        .path("peers")
                        .findValuesAsText("address")
                        .contains(peer),
                Limits.START);
    }

    private static void awaitRefusals(Carpd node, int count) {
        long before = ScenarioLab.count(node, "badAuth");
        org.awaitility.Awaitility.await("advertisements refused")
                .atMost(Limits.ROLE)
                .until(() -> ScenarioLab.count(node, "badAuth") >= before + count);
    }
}
