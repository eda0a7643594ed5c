// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.firewall.ControlSocket;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabNetwork;
import io.mirrorcarp.lab.traffic.TcpFlow;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Three firewalls that all work, by the commands of docs/several-active.md: one gateway address for all clients, who are dealt over six groups. The control,
 * that connections end without replication, is the lab's scenario {@code spread}.
 */
@Isolated
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "loads the machine: bin/test --load")
final class SpreadIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration TAKEOVER = Duration.ofSeconds(15);
    private static final Duration EXCHANGE = Duration.ofSeconds(8);
    private static final List<String> NODES = List.of("fw-a", "fw-b", "fw-c");
    private static final int GROUPS = 6;
    private static final int CLIENTS = 12;
    private static final String SERVER = "203.0.113.100";

    private final Lab lab = Lab.open();
    private final LabNetwork wan = lab.network("wan");
    private final LabNetwork lan = lab.network("lan");
    private final LabNetwork sync = lab.network("sync");
    private final List<LabHost> nodes = new ArrayList<>();

    @AfterEach
    void close() {
        lab.close();
    }

    private LabHost machine(String name, int number) {
        LabHost host = lab.host(name);
        host.plug(wan, "wan0");
        host.plug(lan, "lan0");
        host.plug(sync, "sync0");
        host.address("wan0", "203.0.113." + (200 + number) + "/24");
        host.address("lan0", "10.0.0." + (200 + number) + "/24");
        host.address("sync0", "192.0.2." + (1 + number) + "/28");
        return host;
    }

    private static void carpctl(LabHost host, String line) {
        String program = Checkout.home().resolve("bin/carpctl").toString();
        CommandResult result = host.run(
                "sh", "-c", program + " " + line.replace("ETC", etc(host).toString()));
        assertThat(result.succeeded())
                .as(line + "\n" + result.out() + result.err())
                .isTrue();
    }

    private static Path etc(LabHost host) {
        return host.directory().resolve("etc");
    }

    private static void start(LabHost host) throws IOException {
        Path toml = etc(host).resolve("carpd.toml");
        String text = Files.readString(toml);
        Files.writeString(toml, text.replaceFirst("(name = .*)", "$1\nstateDir = \"" + host.directory() + "/state\""));
        Files.writeString(
                toml, "\n[admin]\nsocket = \"" + host.directory() + "/admin.sock\"\n", StandardOpenOption.APPEND);
        host.spawn("carpd", Checkout.home().resolve("bin/carpd").toString(), "--config", toml.toString());
    }

    private static JsonNode status(LabHost host) throws IOException {
        return new ObjectMapper()
                .readTree(ControlSocket.call(
                                host.directory().resolve("admin.sock"), ControlSocket.STATUS, Duration.ofSeconds(2))
                        .out());
    }

    /** The virtual hosts that a node is master of. */
    private static Set<String> masterOf(LabHost host) throws IOException {
        Set<String> names = new TreeSet<>();
        for (JsonNode vhid : status(host).path("vhids")) {
            if (vhid.path("state").asText().equals("master")) {
                names.add(vhid.path("name").asText());
            }
        }
        return names;
    }

    private static Set<String> hosts(int... groups) {
        Set<String> names = new TreeSet<>();
        for (int group : groups) {
            names.addAll(Set.of("wan-" + group, "lan-" + group));
        }
        return names;
    }

    private static void awaitMaster(LabHost host, Set<String> names, Duration limit) {
        Awaitility.await(host.name() + " is master of " + names)
                .atMost(limit)
                .ignoreExceptions()
                .until(() -> masterOf(host).equals(names)
                        && status(host).path("pfsync").path("peers").size() == NODES.size() - 1);
    }

    private void install() throws IOException {
        for (int i = 0; i < NODES.size(); i++) {
            nodes.add(machine(NODES.get(i), i));
        }
        LabHost first = nodes.get(0);
        carpctl(
                first,
                "init --apply --dir ETC --name fw-a --nodes fw-a,fw-b,fw-c --sync sync0 --inside lan0=10.0.0.1/24 --outside wan0="
                        + String.join(
                                ",", List.of("203.0.113.1/24", "203.0.113.2/24", "203.0.113.3/24", "203.0.113.4/24"))
                        + ",203.0.113.5/24,203.0.113.6/24");
        Path file = first.directory().resolve("pair.carpd");
        carpctl(first, "pair export --dir ETC " + file);
        for (LabHost host : nodes.subList(1, NODES.size())) {
            carpctl(host, "pair import --apply --dir ETC --name " + host.name() + " " + file);
        }
        for (LabHost host : nodes) {
            start(host);
        }
    }

    /** Each client opens a connection, by which it is known which group it was dealt to. */
    private Map<String, List<TcpFlow>> connect(LabHost server) throws IOException {
        Map<String, List<TcpFlow>> byAddress = new TreeMap<>();
        for (int i = 0; i < CLIENTS; i++) {
            LabHost client = lab.host("client" + i);
            client.plug(lan, "eth0");
            InetAddress own = InetAddress.getByName("10.0.0." + (100 + i));
            client.address("eth0", own.getHostAddress() + "/24");
            client.namespace().ip("route", "add", "default", "via", "10.0.0.1");
            TcpFlow flow = TcpFlow.openFrom(client, own, server, new InetSocketAddress(SERVER, 9000 + i));
            byAddress
                    .computeIfAbsent(flow.accepted().getInetAddress().getHostAddress(), key -> new ArrayList<>())
                    .add(flow);
        }
        return byAddress;
    }

    private static void assertWorks(Map<String, List<TcpFlow>> flows) {
        flows.forEach((address, some) -> some.forEach(
                flow -> assertThat(flow.exchange(EXCHANGE)).as(address).isEmpty()));
    }

    @Test
    void theClientsAreDealtOverAllNodesAndTheGroupsOfADeadOneOverTheOthers() throws IOException {
        install();
        awaitMaster(nodes.get(0), hosts(1, 4), LIMIT);
        awaitMaster(nodes.get(1), hosts(2, 5), LIMIT);
        awaitMaster(nodes.get(2), hosts(3, 6), LIMIT);
        LabHost server = lab.host("server");
        server.plug(wan, "eth0");
        server.address("eth0", SERVER + "/24");
        Map<String, List<TcpFlow>> flows = connect(server);
        assertThat(flows)
                .as("two clients in each group, by the address that they leave with")
                .hasSize(GROUPS);
        assertThat(flows.values()).allMatch(some -> some.size() == CLIENTS / GROUPS);
        assertWorks(flows);
        nodes.get(1).powerOff();
        awaitMasterOfTheRest();
        assertWorks(flows);
        flows.values().forEach(some -> some.forEach(TcpFlow::close));
    }

    private void awaitMasterOfTheRest() {
        for (LabHost host : List.of(nodes.get(0), nodes.get(2))) {
            Set<String> names = host.name().equals("fw-a") ? hosts(1, 4, 5) : hosts(2, 3, 6);
            Awaitility.await(host.name() + " is master of " + names)
                    .atMost(TAKEOVER)
                    .ignoreExceptions()
                    .until(() -> masterOf(host).equals(names));
        }
    }
}
