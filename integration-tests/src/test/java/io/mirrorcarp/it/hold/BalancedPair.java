// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.hold;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.SyncLink;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabNetwork;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * The pair of the demonstration, whose packets are balanced: fw-a is preferred for slot 0 of both networks, fw-b for slot 1. Connections are translated to one address, so both directions of one may
 * have different slots.
 */
final class BalancedPair implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    final Lab lab = Lab.open();
    final Topology topology;
    final Firewall a;
    final Firewall b;

    /** @param hold "auto" or "off" */
    BalancedPair(String mode, String hold) throws Exception {
        topology = new Topology(lab, SyncLink.SWITCH);
        if (mode.equals("ip-unicast")) {
            // A hub, which this mode needs.
            hub(topology.lan());
            hub(topology.wan());
        }
        a = firewall(topology.firewallA(Topology.settingsA()), mode, hold, 0, 100);
        b = firewall(topology.firewallB(Topology.settingsB()), mode, hold, 100, 0);
        awaitShared();
    }

    private static void hub(LabNetwork network) {
        network.switchNamespace().ip("link", "set", network.name(), "type", "bridge", "ageing_time", "0");
    }

    private static Firewall firewall(Firewall firewall, String mode, String hold, int first, int second)
            throws Exception {
        String toml = Files.readString(firewall.carpd().configFile())
                .replaceFirst("vhid     = 1\n", nodes(mode, 11, first, second))
                .replaceFirst("vhid     = 2\n", nodes(mode, 21, first, second))
                .replaceAll("advskew  = \\d+\n", "")
                .replace("[pfsync]\n", "[pfsync]\nhold = \"" + hold + "\"\n");
        firewall.carpd().configure(toml);
        firewall.start();
        return firewall;
    }

    private static String nodes(String mode, int vhid, int first, int second) {
        return "balancing = \"" + mode + "\"\ncarpnodes = { " + vhid + " = " + first + ", " + (vhid + 1) + " = "
                + second + " }\n";
    }

    /** Each is master of its slot, and has the other's states. */
    void awaitShared() {
        a.await("master of slot 0", roles("master", "backup"), LIMIT);
        b.await("master of slot 1", roles("backup", "master"), LIMIT);
    }

    /** Both tables hold the same. */
    void awaitEqual() {
        for (Firewall firewall : firewalls()) {
            firewall.await(
                    "equal to its peer",
                    status -> status.at("/pfsync/peers/0/digestMatches").asBoolean(),
                    LIMIT);
        }
    }

    /** fw-a or fw-b is master of all slots. */
    static void awaitAll(Firewall firewall) {
        firewall.await("master of all slots", roles("master", "master"), LIMIT);
    }

    private static Predicate<JsonNode> roles(String first, String second) {
        Predicate<JsonNode> roles = Statuses.vhid("wan:11", first)
                .and(Statuses.vhid("lan:21", first))
                .and(Statuses.vhid("wan:12", second))
                .and(Statuses.vhid("lan:22", second));
        return first.equals(second) ? roles : roles.and(Statuses.pfsync("in-sync"));
    }

    /** What a person would look at first, where something does not work. */
    String told() {
        StringBuilder told = new StringBuilder();
        for (Firewall firewall : firewalls()) {
            told.append(firewall.name()).append('\n').append(firewall.carpd().log());
            for (String command : List.of(
                    "conntrack -L -p tcp",
                    "tc -s filter show dev lan0 ingress",
                    "tc -s filter show dev wan0 ingress",
                    "ip -s neigh",
                    "ip addr")) {
                told.append("# ")
                        .append(command)
                        .append('\n')
                        .append(firewall.host().run(command.split(" ")).out());
            }
        }
        return told.append(topology.server().run("ip", "neigh").out())
                .append(topology.client().run("ip", "neigh").out())
                .toString();
    }

    List<Firewall> firewalls() {
        return List.of(a, b);
    }

    @Override
    public void close() {
        lab.close();
    }
}
