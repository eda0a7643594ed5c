// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.it.scenario.Capture;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.traffic.TcpFlow;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Three firewalls that all work, with one gateway address for all clients: DragonFly's arpbalance deals them over six groups. The control,
 * that connections end without replication, is the lab's scenario {@code spread}.
 */
@Isolated
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "loads the machine: bin/test --load")
final class SpreadIT {
    private static final Duration EXCHANGE = Duration.ofSeconds(8);
    private static final int GROUPS = 6;
    private static final int CLIENTS = 12;
    private static final String SERVER = "203.0.113.100";
    private static final String GATEWAY = "10.0.0.1";
    private static final Pattern REPLY =
            Pattern.compile("> (\\S+), ethertype ARP.*Reply " + GATEWAY + " is-at (\\S+?),");
    private static final String ADDRESSES =
            "--inside lan0=10.0.0.1/24 --outside wan0=203.0.113.1/24,203.0.113.2/24,203.0.113.3/24,203.0.113.4/24,203.0.113.5/24,203.0.113.6/24";

    /** A client, what it was told of its gateway, and its connection. */
    private record Client(int number, LabHost host, TcpFlow flow) {
        /** The rule of DragonFly's carp(4): its own address as a number, modulo how many vhids there are. */
        int group() {
            return Integer.remainderUnsigned(10 << 24 | (100 + number), GROUPS) + 1;
        }
    }

    /** The virtual MAC of a group's gateway: the LAN has every second vhid, from 2 on. */
    private static String mac(int group) {
        return String.format(Locale.ROOT, "00:00:5e:00:01:%02x", 2 * group);
    }

    private static Client connect(SpreadNodes net, LabHost server, int number) throws IOException {
        String own = "10.0.0." + (100 + number);
        LabHost host = net.host("client" + number, net.lan, own + "/24");
        host.namespace().ip("route", "add", "default", "via", GATEWAY);
        TcpFlow flow = TcpFlow.openFrom(
                host, InetAddress.getByName(own), server, new InetSocketAddress(SERVER, 9000 + number));
        return new Client(number, host, flow);
    }

    private static void assertWorks(List<Client> clients) {
        clients.forEach(client -> assertThat(client.flow().exchange(EXCHANGE))
                .as("client " + client.number() + " of group " + client.group())
                .isEmpty());
    }

    /** Which MAC a node told which client, as {@code CLIENT MAC}. */
    private static Set<String> answers(Capture capture) throws IOException {
        Set<String> answers = new TreeSet<>();
        for (String frame : capture.stop()) {
            Matcher reply = REPLY.matcher(frame);
            if (reply.find()) {
                answers.add(reply.group(1) + " " + reply.group(2));
            }
        }
        return answers;
    }

    private static String ownMac(LabHost host) {
        return host.run("cat", "/sys/class/net/eth0/address").orThrow().out().strip();
    }

    @Test
    void theClientsAreDealtOverAllNodesAndTheGroupsOfADeadOneOverTheOthers() throws IOException {
        try (SpreadNodes net = new SpreadNodes(List.of("fw-a", "fw-b", "fw-c"), ADDRESSES)) {
            net.awaitJoined(0, 1, 4);
            net.awaitJoined(1, 2, 5);
            net.awaitJoined(2, 3, 6);
            LabHost server = net.host("server", net.wan, SERVER + "/24");
            List<Capture> captures = new ArrayList<>();
            for (LabHost node : net.nodes) {
                captures.add(Capture.of(node, net.lan, "arp"));
            }
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(connect(net, server, i));
            }
            for (int place = 0; place < net.nodes.size(); place++) {
                assertThat(answers(captures.get(place)))
                        .as("what " + net.nodes.get(place).name() + " answered to whom")
                        .isEqualTo(expected(clients, place));
            }
            for (Client client : clients) {
                assertThat(client.flow().accepted().getInetAddress().getHostAddress())
                        .as("the address that client " + client.number() + " leaves with")
                        .isEqualTo("203.0.113." + client.group());
            }
            assertWorks(clients);
            KernelTable.awaitEqual(net.nodes, "", SpreadNodes.LIMIT);
            net.nodes.get(1).powerOff();
            net.awaitGroups(0, SpreadNodes.TAKEOVER, 1, 4, 5);
            net.awaitGroups(2, SpreadNodes.TAKEOVER, 2, 3, 6);
            assertWorks(clients);
            clients.forEach(client -> client.flow().close());
        }
    }

    /** fw-a is master of the groups 1 and 4, fw-b of 2 and 5, fw-c of 3 and 6. */
    private static Set<String> expected(List<Client> clients, int place) {
        Set<String> expected = new TreeSet<>();
        for (Client client : clients) {
            if ((client.group() - 1) % 3 == place) {
                expected.add(ownMac(client.host()) + " " + mac(client.group()));
            }
        }
        return expected;
    }
}
