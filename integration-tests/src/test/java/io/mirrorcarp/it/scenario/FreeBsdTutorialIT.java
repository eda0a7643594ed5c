// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Carpd;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The tutorial for two FreeBSD firewalls: a primary P and a backup B, with preempt.
 *
 * <pre>
 *         virtual 192.0.2.1, vhid 10         virtual 10.1.0.1, vhid 20
 *                     |                               |
 *             +--- .2 em0  P, advskew 50  em1 .2 ---+
 *   outside --+                                     +-- inside
 *     .100    +--- .3 em0  B, advskew 80  em1 .3 ---+    .100
 *   WAN 192.0.2.0/24                                LAN 10.1.0.0/24
 * </pre>
 */
class FreeBsdTutorialIT {
    private static final String VIRTUAL_WAN = "192.0.2.1";
    private static final String VIRTUAL_LAN = "10.1.0.1";

    private final ScenarioLab lab = new ScenarioLab();
    private final LabNetwork wan = lab.network("wan");
    private final LabNetwork lan = lab.network("lan");
    private final LabHost outside = lab.host("outside", wan, "192.0.2.100/24");
    private final LabHost inside = lab.host("inside", lan, "10.1.0.100/24");
    private final LabHost hostP = firewall("P", 2);
    private final LabHost hostB = firewall("B", 3);

    private LabHost firewall(String name, int number) {
        LabHost host = lab.host(name);
        ScenarioLab.plug(host, wan, "em0", "192.0.2." + number + "/24");
        ScenarioLab.plug(host, lan, "em1", "10.1.0." + number + "/24");
        lab.greet(host, "0.0.0.0");
        return host;
    }

    private static NodeToml toml(String node, int advskew) {
        return NodeToml.of(node, "preempt = true")
                .vhid("wan", 10, "em0", advskew, VIRTUAL_WAN + "/24")
                .vhid("lan", 20, "em1", advskew, VIRTUAL_LAN + "/24");
    }

    @AfterEach
    void close() {
        lab.close();
    }

    @Test
    void oneLinkOfThePrimaryIsLostAndBothVirtualHostsMove() {
        Carpd p = lab.start(hostP, toml("P", 50));
        Carpd b = lab.start(hostB, toml("B", 80));
        awaitBoth(p, "master");
        awaitBoth(b, "backup");
        answersOnBothSides("P");

        wan.cutCable(hostP);
        awaitBoth(b, "master");
        ScenarioLab.await(p, "lan", "backup");
        JsonNode primary = ScenarioLab.await(p, "wan", "init");
        assertThat(ScenarioLab.reason(primary, "wan")).isEqualTo("hardware interface down");
        assertThat(ScenarioLab.reason(primary, "lan")).isEqualTo("more frequent advertisement received");
        assertThat(ScenarioLab.vhid(primary, "lan").path("advertisedAdvskew").asInt())
                .as("advskew of the demoted P")
                .isEqualTo(240);
        assertThat(ScenarioLab.reason(b.status(), "lan")).startsWith("preempting a ");
        answersOnBothSides("B");

        wan.restoreCable(hostP);
        awaitBoth(p, "master");
        awaitBoth(b, "backup");
        answersOnBothSides("P");
    }

    private static void awaitBoth(Carpd node, String state) {
        ScenarioLab.awaitStart(node, "wan", state);
        ScenarioLab.awaitStart(node, "lan", state);
    }

    private void answersOnBothSides(String name) {
        Greeter.await(outside, VIRTUAL_WAN, name);
        Greeter.await(inside, VIRTUAL_LAN, name);
    }
}
