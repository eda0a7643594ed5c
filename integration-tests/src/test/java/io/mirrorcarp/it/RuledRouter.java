// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import io.mirrorcarp.lab.firewall.CarpdSettings;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.SyncLink;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.traffic.Download;
import io.mirrorcarp.lab.traffic.DownloadPlan;
import io.mirrorcarp.lab.traffic.DownloadServer;
import java.time.Duration;

/** A router that is master of both virtual addresses, for rules to be tried on: the client's gateway is the virtual one, and IPv6 is there too. */
final class RuledRouter implements AutoCloseable {
    static final String VIRTUAL_LAN6 = "fd00:10::1";
    static final String CLIENT6 = "fd00:10::100";

    /** To the virtual address, whatever else the rules say. */
    static final String NAT = """
            table ip trial_nat {
              chain postrouting {
                type nat hook postrouting priority srcnat;
                oifname "wan0" snat to 203.0.113.1
              }
            }
            """;

    private static final Duration START_LIMIT = Duration.ofSeconds(40);
    private static final Duration STALL_LIMIT = Duration.ofSeconds(2);

    private final Lab lab = Lab.open();
    private final Topology topology = new Topology(lab, SyncLink.SWITCH);
    private final Firewall firewall;
    private final DownloadServer server;

    /** Waits until it is master. */
    RuledRouter() {
        CarpdSettings settings = Topology.settingsA().withPfsync(false);
        firewall = topology.firewallA(settings);
        firewall.carpd()
                .configure(settings.toml(firewall.carpd().socket())
                        .replace("\"10.0.0.1/24\"", "\"10.0.0.1/24\", \"" + VIRTUAL_LAN6 + "/64\""));
        server = new DownloadServer(topology.server(), Topology.SERVER);
        host().address("lan0", "fd00:10::2/64");
        client().address("eth0", CLIENT6 + "/64");
        firewall.start();
        firewall.awaitState("master", START_LIMIT);
    }

    LabHost host() {
        return firewall.host();
    }

    LabHost client() {
        return topology.client();
    }

    Firewall firewall() {
        return firewall;
    }

    /** No rules of anyone but carpd, and none but its settings. */
    void reset() {
        host().run("nft", "flush", "ruleset").orThrow();
        host().sysctl("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
    }

    /** Rules beside the NAT, in place of those before. */
    void load(String rules) {
        reset();
        host().nft(rules + NAT);
    }

    /** True when a new connection of the client goes through the virtual gateway, and data comes back. */
    boolean carriesANewConnection() {
        try {
            return Download.start(client(), server.address(), DownloadPlan.brief(1), STALL_LIMIT)
                            .join()
                            .error()
                    == null;
        } catch (LabException refused) {
            return false;
        }
    }

    /** True when the client, which has forgotten its neighbours, finds the virtual gateway and hears from it. */
    boolean answersAsGateway() {
        client().run("ip", "neigh", "flush", "dev", "eth0").orThrow();
        return ping("10.0.0.1") && neighbour("10.0.0.1").contains("00:00:5e:00:01:02");
    }

    boolean ping(String address) {
        return client().run("ping", "-c", "1", "-W", "2", address).succeeded();
    }

    private String neighbour(String address) {
        return client().run("ip", "neigh", "show", address).out();
    }

    /** What the kernel tracks of TCP. */
    String connections() {
        return host().run("conntrack", "-L", "-p", "tcp").out();
    }

    /** True when a connection of two seconds was in a flowtable at some time; it must complete in any case. */
    boolean offloadsAConnection() {
        DownloadPlan plan = new DownloadPlan(1, 1400, 400, Duration.ofMillis(5));
        Download download = Download.start(client(), server.address(), plan, STALL_LIMIT);
        boolean seen = false;
        while (!download.isDone()) {
            seen |= connections().contains("[OFFLOAD]");
        }
        if (download.join().error() != null) {
            throw new AssertionError("the connection died: " + download.join().error());
        }
        return seen;
    }

    CommandResult shell(String line) {
        return host().run("sh", "-c", line);
    }

    @Override
    public void close() {
        server.close();
        lab.close();
    }
}
