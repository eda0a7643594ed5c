// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.CarpdSettings;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Router;
import io.mirrorcarp.lab.firewall.RouterPlan;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.SyncLink;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Four firewalls that announce a service to two routers with ECMP. All run the daemons and the configurations of docs/routing.md: BIRD on fw-a, fw-c and router1, FRR
 * on the others.
 *
 * <pre>
 *                     +-- router1 .100 --+     +-- fw-a .2 --+
 *   user 198.18.0.100 |                  | wan +-- fw-b .3 --+ lan, 10.0.0.1
 *                     +-- router2 .101 --+     +-- fw-c .4 --+ virtual    +-- service 10.0.0.100
 *                                              +-- fw-d .5 --+
 * </pre>
 */
final class RoutedFirewalls implements AutoCloseable {
    static final int COUNT = 4;

    /** What the routers reach by all firewalls, which send it on to the service. */
    static final String SERVICE = "198.51.100.7";

    static final int UDP_PORT = 7000;

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String BIRD_ROUTER = "203.0.113.100";
    private static final String FRR_ROUTER = "203.0.113.101";
    private static final String ROUTE =
            "\n[route.service]\naddress = \"" + SERVICE + "/32\"\nwhen = \"ready\"\ndrain = \"2s\"\n";
    private static final List<String> FRR_DAEMONS = List.of("zebra", "bfdd", "bgpd");

    /** The service behind the firewalls, and a count of what comes to it. */
    private static final String RULES = """
            table ip service {
              chain pre { type nat hook prerouting priority dstnat; ip daddr 198.51.100.7 dnat to 10.0.0.100; }
              chain count { type filter hook prerouting priority raw; iifname "wan0" ip daddr 198.51.100.7 counter; }
            }
            table inet router { chain forward { ct status dnat accept; }; }
            """;

    final LabHost user;
    final LabHost service;
    final List<LabHost> upstream;
    final List<Firewall> firewalls = new ArrayList<>();
    private final Lab lab = Lab.open();
    private final LabNetwork wan;
    private final Path frr;
    private final UnaryOperator<String> change;

    /**
     * All in place and announced.
     *
     * @param frr a directory that the user of FRR's package may enter
     * @param change of each recipe
     */
    RoutedFirewalls(Path frr, UnaryOperator<String> change) throws IOException {
        this.frr = frr;
        this.change = change;
        Topology topology = new Topology(lab, SyncLink.SWITCH, RouterPlan.row(COUNT));
        wan = topology.wan();
        service = topology.client();
        LabNetwork core = lab.network("core");
        user = lab.host("user");
        user.plug(core, "eth0");
        user.address("eth0", "198.18.0.100/24");
        user.namespace()
                .ip("route", "add", "198.51.100.0/24", "nexthop", "via", "198.18.0.1", "nexthop", "via", "198.18.0.2");
        user.sysctl("net.ipv4.fib_multipath_hash_policy=1");
        LabHost second = lab.host("router2");
        second.plug(topology.wan(), "eth0");
        second.address("eth0", FRR_ROUTER + "/24");
        upstream = List.of(topology.server(), second);
        for (int i = 0; i < upstream.size(); i++) {
            upstream.get(i).plug(core, "core0");
            upstream.get(i).address("core0", "198.18.0." + (i + 1) + "/24");
            upstream.get(i).sysctl("net.ipv4.ip_forward=1", "net.ipv4.fib_multipath_hash_policy=1");
        }
        RoutingRecipes.bird(upstream.get(0), recipe("router-bird"));
        RoutingRecipes.frr(second, recipe("router-frr"), frr, FRR_DAEMONS);
        for (int i = 0; i < COUNT; i++) {
            Router router = topology.routers().get(i);
            firewalls.add(
                    new Firewall(router, topology.keys(), settings(router.plan().name(), i)));
            announce(i);
        }
        firewalls.forEach(Firewall::start);
        awaitJoined();
    }

    private static CarpdSettings settings(String name, int place) {
        return CarpdSettings.of(name, 30 * place).withExtra(ROUTE);
    }

    private String recipe(String name) throws IOException {
        return change.apply(RoutingRecipes.of(name));
    }

    /** What a firewall has besides carpd. */
    private void announce(int place) throws IOException {
        Firewall firewall = firewalls.get(place);
        LabHost host = firewall.host();
        host.nft(RULES + RoutingRecipes.rules());
        host.namespace()
                .ip("route", "add", "198.18.0.0/24", "nexthop", "via", BIRD_ROUTER, "nexthop", "via", FRR_ROUTER);
        Path config = firewall.carpd().configFile();
        String toml = Files.readString(config);
        if (!toml.contains("hold")) {
            Files.writeString(config, toml.replace("[pfsync]\n", "[pfsync]\nhold = \"auto\"\n"));
        }
        if (place % 2 == 0) {
            RoutingRecipes.bird(host, recipe("bird-bfd").replace("203.0.113.2", address(place)));
        } else {
            String own = recipe("frr-bfd").replace("203.0.113.3", address(place));
            RoutingRecipes.frr(host, own, frr, FRR_DAEMONS);
        }
    }

    /** A firewall's own address, by its place from 0 on. */
    static String address(int place) {
        return "203.0.113." + (2 + place);
    }

    /** A firewall loses its power, when all have its connections. The cable first: a daemon that is killed would close its connections with the routers. */
    void losePower(int place) {
        KernelTable.awaitEqual(firewalls.stream().map(Firewall::host).toList(), SERVICE, LIMIT);
        wan.cutCable(firewalls.get(place).host());
        firewalls.get(place).powerLoss();
    }

    /** Power comes back to a firewall, and all of its programs start. */
    void boot(int place) throws IOException {
        firewalls.get(place).powerOn();
        announce(place);
        firewalls.get(place).start();
        awaitJoined();
    }

    /** All firewalls have one another's states, and both routers use all. */
    void awaitJoined() {
        firewalls.get(0).await("MASTER, in sync", Statuses.every("master").and(RoutedFirewalls::hasAllPeers), LIMIT);
        for (Firewall firewall : firewalls.subList(1, COUNT)) {
            firewall.await("BACKUP, in sync", Statuses.every("backup").and(RoutedFirewalls::hasAllPeers), LIMIT);
        }
        awaitNextHops(LIMIT, address(0), address(1), address(2), address(3));
    }

    private static boolean hasAllPeers(JsonNode status) {
        return Statuses.pfsync("in-sync").test(status)
                && status.path("pfsync").path("peers").size() == COUNT - 1;
    }

    /** Both routers send what is for the service to these firewalls and no others. */
    void awaitNextHops(Duration limit, String... wanted) {
        for (LabHost router : upstream) {
            RoutingRecipes.awaitNextHops(router, SERVICE, limit, wanted);
        }
    }

    /** How many packets to the service came to a firewall by the routers. */
    long carried(int place) {
        String counters = firewalls
                .get(place)
                .host()
                .run("nft", "list", "chain", "ip", "service", "count")
                .out();
        return Long.parseLong(counters.replaceFirst("(?s).*?packets (\\d+).*", "$1"));
    }

    /** What a person would look at first, where something does not work. */
    String told() {
        StringBuilder told = new StringBuilder();
        upstream.forEach(router -> told.append(router.name())
                .append('\n')
                .append(router.run("ip", "route").out()));
        firewalls.forEach(firewall -> told.append(firewall.carpd().log()));
        return told.toString();
    }

    @Override
    public void close() {
        lab.close();
    }
}
