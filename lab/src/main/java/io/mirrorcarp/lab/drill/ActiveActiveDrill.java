// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.drill;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.traffic.TcpFlow;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Half of the clients use 10.0.0.1 and leave as 203.0.113.1, of which fw-a is preferred; the other half uses 10.0.0.254 and leaves as 203.0.113.254, of
 * which fw-b is.
 */
final class ActiveActiveDrill {
    private static final Duration TAKEOVER_LIMIT = Duration.ofSeconds(10);
    private static final Duration WAY_BACK_LIMIT = Duration.ofSeconds(60);
    private static final Duration EXCHANGE_LIMIT = Duration.ofSeconds(8);
    private static final String SECOND_CLIENT = "10.0.0.101";
    private static final String SECOND_GATEWAY = "10.0.0.254";
    private static final int SERVER_PORT = 9001;
    /** Before the rule of the first half, which would take all. */
    private static final String SECOND_NAT = """
            table ip second { chain post { type nat hook postrouting priority srcnat - 10;
              ip saddr 10.0.0.101 oifname "wan0" snat to 203.0.113.254; }; }
            """;

    private ActiveActiveDrill() {}

    /** Starts both, each master of one half. */
    static void stand(Stage stage) {
        Topology topology = stage.topology();
        topology.client().address("eth0", SECOND_CLIENT + "/24");
        topology.client().namespace().ip("rule", "add", "from", SECOND_CLIENT, "lookup", "101");
        topology.client().namespace().ip("route", "add", "default", "via", SECOND_GATEWAY, "table", "101");
        int skew = 100;
        for (Firewall firewall : stage.firewalls()) {
            int second = skew;
            skew -= 100;
            firewall.host().nft(SECOND_NAT);
            Toml.change(firewall, text -> grouped(text) + secondGroup(second));
        }
        stage.firewalls().forEach(Firewall::start);
        stage.await(0, "MASTER of the first group", halves("master", "backup").and(Statuses.pfsync("in-sync")));
        stage.await(1, "MASTER of the second group", halves("backup", "master").and(Statuses.pfsync("in-sync")));
    }

    static void run(Stage stage) {
        stand(stage);
        stage.claim(true, "fw-a is master of one group, fw-b of the other");
        Topology topology = stage.topology();
        try (TcpFlow first = TcpFlow.open(topology.client(), topology.server(), Topology.SERVER);
                TcpFlow second = secondFlow(topology)) {
            stage.claim(works(first) && works(second), "a connection runs through each");
            stage.step("fw-a loses power");
            stage.node(0).powerLoss();
            stage.claim(stage.becomes(1, Statuses.every("master"), TAKEOVER_LIMIT), "fw-b is master of both groups");
            stage.claim(works(first) && works(second), "both connections go on");
            stage.node(0).powerOn();
            stage.node(0).host().nft(SECOND_NAT);
            stage.node(0).start();
            stage.claim(
                    stage.becomes(0, halves("master", "backup"), WAY_BACK_LIMIT)
                            && stage.becomes(1, halves("backup", "master"), TAKEOVER_LIMIT),
                    "fw-a takes back its group, and that group only");
            stage.claim(works(first) && works(second), "both connections go on");
        }
    }

    private static String grouped(String toml) {
        return toml.replace("vhid     = 1\n", "vhid     = 1\ngroup    = \"one\"\n")
                .replace("vhid     = 2\n", "vhid     = 2\ngroup    = \"one\"\n");
    }

    private static String secondGroup(int advskew) {
        return """

                [carp.wan2]
                vhid     = 3
                group    = "two"
                carpdev  = "wan0"
                advskew  = %1$d
                passFile = "carp.key"
                address  = ["203.0.113.254/24"]

                [carp.lan2]
                vhid     = 4
                group    = "two"
                carpdev  = "lan0"
                advskew  = %1$d
                passFile = "carp.key"
                address  = ["10.0.0.254/24"]
                """.formatted(advskew);
    }

    private static Predicate<JsonNode> halves(String first, String second) {
        return Statuses.vhid("wan", first)
                .and(Statuses.vhid("lan", first))
                .and(Statuses.vhid("wan2", second))
                .and(Statuses.vhid("lan2", second));
    }

    private static TcpFlow secondFlow(Topology topology) {
        try {
            return TcpFlow.openFrom(
                    topology.client(),
                    InetAddress.getByName(SECOND_CLIENT),
                    topology.server(),
                    new InetSocketAddress(Topology.SERVER, SERVER_PORT));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address that is spelled out needs no name server", e);
        }
    }

    private static boolean works(TcpFlow flow) {
        return flow.exchange(EXCHANGE_LIMIT).isEmpty();
    }
}
