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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;

/**
 * Firewalls fw-a, fw-b and so on that all work, set up by the commands of docs/several-active.md.
 *
 * <pre>
 *   lan 10.0.0.0/24, fd00:1::/64, 2001:db8:2::/64 --- lan0 .200 fw-a wan0 .200 --- wan 203.0.113.0/24, 2001:db8:1::/64
 * </pre>
 */
final class SpreadNodes implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(90);
    static final Duration TAKEOVER = Duration.ofSeconds(15);

    final Lab lab = Lab.open();
    final LabNetwork wan = lab.network("wan");
    final LabNetwork lan = lab.network("lan");
    final List<LabHost> nodes = new ArrayList<>();
    private final LabNetwork sync = lab.network("sync");

    /**
     * Installs and starts them.
     *
     * @param addresses the flags {@code --inside} and {@code --outside}
     */
    SpreadNodes(List<String> names, String addresses) throws IOException {
        for (int i = 0; i < names.size(); i++) {
            nodes.add(machine(names.get(i), i));
        }
        LabHost first = nodes.get(0);
        carpctl(
                first,
                "init --apply --dir ETC --name " + names.get(0) + " --nodes " + String.join(",", names)
                        + " --sync sync0 " + addresses);
        Path file = first.directory().resolve("pair.carpd");
        carpctl(first, "pair export --dir ETC " + file);
        for (LabHost host : nodes.subList(1, nodes.size())) {
            carpctl(host, "pair import --apply --dir ETC --name " + host.name() + " " + file);
        }
        for (LabHost host : nodes) {
            start(host);
        }
    }

    private LabHost machine(String name, int number) {
        LabHost host = lab.host(name);
        host.plug(wan, "wan0");
        host.plug(lan, "lan0");
        host.plug(sync, "sync0");
        host.address("wan0", "203.0.113." + (200 + number) + "/24");
        host.address("wan0", "2001:db8:1::" + (200 + number) + "/64");
        host.address("lan0", "10.0.0." + (200 + number) + "/24");
        host.address("lan0", "fd00:1::" + (200 + number) + "/64");
        host.address("lan0", "2001:db8:2::" + (200 + number) + "/64");
        host.address("sync0", "192.0.2." + (1 + number) + "/28");
        return host;
    }

    /** A host in one of the networks. */
    LabHost host(String name, LabNetwork network, String... addresses) {
        LabHost host = lab.host(name);
        host.plug(network, "eth0");
        for (String address : addresses) {
            host.address("eth0", address);
        }
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

    /** Lets all of them hold what outran its state, from now on. */
    void hold() throws IOException {
        for (LabHost host : nodes) {
            Path toml = etc(host).resolve("carpd.toml");
            Files.writeString(toml, Files.readString(toml).replace("[pfsync]\n", "[pfsync]\nhold = \"auto\"\n"));
            carpctl(host, "--socket " + host.directory() + "/admin.sock reload");
        }
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

    /** A node, by its place, is master of these groups and no others, and has the states of all others. */
    void awaitJoined(int place, int... groups) {
        awaitGroups(place, LIMIT, groups);
        Awaitility.await(nodes.get(place).name() + " has all peers' states")
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> {
                    JsonNode pfsync = status(nodes.get(place)).path("pfsync");
                    return pfsync.path("peers").size() == nodes.size() - 1
                            && pfsync.path("state").asText().equals("in-sync");
                });
    }

    void awaitGroups(int place, Duration limit, int... groups) {
        LabHost host = nodes.get(place);
        Awaitility.await(host.name() + " is master of " + hosts(groups))
                .atMost(limit)
                .ignoreExceptions()
                .until(() -> masterOf(host).equals(hosts(groups)));
    }

    /** What a person would look at first, where a connection does not go on. */
    String told() {
        StringBuilder told = new StringBuilder();
        for (LabHost host : nodes) {
            told.append(host.name()).append('\n');
            for (String command : List.of("conntrack -L", "ip -s neigh", "ip route", "ip -6 route")) {
                told.append(host.run(command.split(" ", -1)).out());
            }
        }
        return told.toString();
    }

    @Override
    public void close() {
        lab.close();
    }
}
