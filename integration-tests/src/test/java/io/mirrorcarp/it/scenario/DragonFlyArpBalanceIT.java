// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Carpd;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabNetwork;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The ARP balanced virtual host of DragonFly's carp(4): two virtual hosts with one address.
 *
 * <pre>
 *   A .2, vhid 1 advskew 0,   vhid 2 advskew 100 ---+
 *                                                   +--- clients .100 to .103
 *   B .3, vhid 1 advskew 100, vhid 2 advskew 0   ---+
 *   192.168.1.0/24; virtual 192.168.1.10 with both vhids
 * </pre>
 *
 * <p>The address of the asker modulo 2 chooses: 0 the first vhid, 1 the second.
 */
class DragonFlyArpBalanceIT {
    private static final String VIRTUAL = "192.168.1.10";

    private final ScenarioLab lab = new ScenarioLab();
    private final LabNetwork lan = lab.network("lan");
    private final LabHost hostA = lab.host("A", lan, "192.168.1.2/24");
    private final LabHost hostB = lab.host("B", lan, "192.168.1.3/24");
    private final List<LabHost> clients = IntStream.range(0, 4)
            .mapToObj(i -> lab.host("client" + i, lan, "192.168.1.10" + i + "/24"))
            .toList();

    private static NodeToml toml(String node, int advskew1, int advskew2) {
        return NodeToml.of(node, "preempt = true", "arpbalance = true")
                .vhid("carp0", 1, "eth0", advskew1, VIRTUAL + "/24")
                .vhid("carp1", 2, "eth0", advskew2, VIRTUAL + "/24");
    }

    @AfterEach
    void close() {
        lab.close();
    }

    @Test
    void clientsAreSpreadOverBothHostsAndOneServesThemAllWhenTheOtherIsGone() throws IOException {
        lab.greet(hostA, "0.0.0.0");
        lab.greet(hostB, "0.0.0.0");
        Carpd a = lab.start(hostA, toml("A", 0, 100));
        Carpd b = lab.start(hostB, toml("B", 100, 0));
        ScenarioLab.awaitStart(a, "carp0", "master");
        ScenarioLab.awaitStart(b, "carp1", "master");
        ScenarioLab.awaitStart(a, "carp1", "backup");
        ScenarioLab.awaitStart(b, "carp0", "backup");
        Capture ofA = Capture.of(hostA, lan, "answers");
        Capture ofB = Capture.of(hostB, lan, "answers");
        expectAnswers("A", "B");
        assertThat(answers(ofA)).isNotEmpty().allMatch(answer -> answer.contains("is-at 00:00:5e:00:01:01"));
        assertThat(answers(ofB)).isNotEmpty().allMatch(answer -> answer.contains("is-at 00:00:5e:00:01:02"));

        lan.cutCable(hostA);
        ScenarioLab.await(b, "carp0", "master");
        expectAnswers("B", "B");
    }

    private static List<String> answers(Capture capture) throws IOException {
        return capture.stop().stream()
                .filter(frame -> frame.contains("Reply " + VIRTUAL))
                .toList();
    }

    /** The hosts behind vhid 1 and vhid 2; a client knows the MAC of its vhid whoever is master of it. */
    private void expectAnswers(String behindVhid1, String behindVhid2) {
        for (int i = 0; i < clients.size(); i++) {
            LabHost client = clients.get(i);
            client.namespace().ip("neighbour", "flush", "dev", "eth0");
            Greeter.await(client, VIRTUAL, i % 2 == 0 ? behindVhid1 : behindVhid2);
            assertThat(client.run("ip", "neighbour", "show", VIRTUAL).orThrow().out())
                    .as("neighbour of " + client.name())
                    .contains("00:00:5e:00:01:0" + (1 + i % 2));
        }
    }
}
