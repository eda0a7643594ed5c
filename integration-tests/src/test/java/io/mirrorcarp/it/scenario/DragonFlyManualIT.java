// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Carpd;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The two firewalls of DragonFly's carp(4), with a cable for pfsync between them.
 *
 * <pre>
 *   virtual 192.168.1.1, vhid 1       virtual 192.168.2.1, vhid 2
 *              |                               |
 *          +--- .2 em0  A, advskew 0    em1 .2 ---+
 *   LAN 1 -+       sync0 192.168.9.1-2            +- LAN 2
 *          +--- .3 em0  B, advskew 100  em1 .3 ---+
 * </pre>
 */
class DragonFlyManualIT {
    private final ScenarioLab lab = new ScenarioLab();
    private final LabNetwork lan1 = lab.network("lan1");
    private final LabNetwork lan2 = lab.network("lan2");
    private final LabNetwork sync = lab.network("sync");
    private final LabHost hostA = firewall("A", 2);
    private final LabHost hostB = firewall("B", 3);

    private LabHost firewall(String name, int number) {
        LabHost host = lab.host(name);
        ScenarioLab.plug(host, lan1, "em0", "192.168.1." + number + "/24");
        ScenarioLab.plug(host, lan2, "em1", "192.168.2." + number + "/24");
        ScenarioLab.plug(host, sync, "sync0", "192.168.9." + (number - 1) + "/24");
        return host;
    }

    private static NodeToml toml(String node, int advskew) {
        return NodeToml.of(node, "preempt = true")
                .vhid("carp0", 1, "em0", advskew, "192.168.1.1/24")
                .vhid("carp1", 2, "em1", advskew, "192.168.2.1/24");
    }

    @AfterEach
    void close() {
        lab.close();
    }

    @Test
    void becauseOfPreemptTheOtherFirewallTakesBothInterfacesWhenOneFails() {
        Carpd a = lab.start(hostA, toml("A", 0));
        Carpd b = lab.start(hostB, toml("B", 100));
        a.await("MASTER of both", Statuses.every("master"), Limits.START);
        b.await("BACKUP of both", Statuses.every("backup"), Limits.START);
        lan2.cutCable(hostA);
        b.await("MASTER of both", Statuses.every("master"), Limits.ROLE);
        ScenarioLab.await(a, "carp1", "init");
        JsonNode status = ScenarioLab.await(a, "carp0", "backup");
        assertThat(ScenarioLab.vhid(status, "carp0").path("advertisedAdvskew").asInt())
                .isEqualTo(240);
    }

    @Test
    void suppressPreemptCountsProblemsOfLinksAndOfPfsync() {
        Carpd a = lab.start(hostA, toml("A", 0).pfsync("sync0"));
        Carpd b = lab.start(hostB, toml("B", 100).pfsync("sync0"));
        awaitProblems(b, 0);
        awaitProblems(a, 0);
        a.await("MASTER of both", Statuses.every("master"), Limits.START);
        lan1.cutCable(hostA);
        awaitProblems(a, 1);
        lan2.cutCable(hostA);
        awaitProblems(a, 2);
        String printed =
                a.carpctl("sysctl", "net.inet.carp.suppress_preempt").orThrow().out();
        assertThat(printed.strip()).isEqualTo("net.inet.carp.suppress_preempt=2");
        sync.cutCable(hostA);
        JsonNode cutOff = a.await("pfsync-link", DragonFlyManualIT::countsTheSyncDevice, Limits.ROLE);
        assertThat(cutOff.path("suppressPreempt").asInt())
                .as("of both links and of pfsync: " + cutOff.path("demotionSources"))
                .isGreaterThanOrEqualTo(3)
                .isEqualTo(cutOff.path("demotionSources").size());
        sync.restoreCable(hostA);
        lan1.restoreCable(hostA);
        lan2.restoreCable(hostA);
        awaitProblems(a, 0);
        a.await("MASTER of both again", Statuses.every("master"), Limits.ROLE);
    }

    private static boolean countsTheSyncDevice(JsonNode status) {
        return status.path("demotionSources").findValuesAsText("source").contains("pfsync-link");
    }

    private static void awaitProblems(Carpd node, int count) {
        node.await(
                "suppress_preempt " + count,
                status -> status.path("suppressPreempt").asInt() == count
                        && !status.path("vhids").isEmpty(),
                Limits.START);
    }
}
