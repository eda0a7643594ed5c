// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.hold;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.SyncLink;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LongCable;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The pair of the demonstration with its addresses split: fw-a is master of the LAN, fw-b of the WAN. What the client says passes fw-a, and what the server says passes fw-b. The
 * server is at the end of a long cable. IPv4 is translated, and IPv6 is routed.
 */
final class AsymmetricPair implements AutoCloseable {
    /** From outside to the client. */
    static final int INWARDS_PORT = 8080;

    static final String SERVER_6 = "fd00:2::100";

    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** What comes to the virtual address of the WAN goes to the client. */
    private static final String INWARDS = """
            table ip inwards {
              chain pre { type nat hook prerouting priority dstnat; ip daddr 203.0.113.1 tcp dport 8080 dnat to 10.0.0.100:8080; }
            }
            table inet router {
              chain forward { ct status dnat accept; }
            }
            """;

    final Lab lab = Lab.open();
    final Topology topology;
    final List<Firewall> firewalls = new ArrayList<>();
    final LongCable cable;

    /** @param hold "auto" or "off" */
    AsymmetricPair(String hold) throws Exception {
        this(hold, true);
    }

    private AsymmetricPair(String hold, boolean split) throws Exception {
        topology = new Topology(lab, SyncLink.SWITCH);
        layIpv6();
        firewalls.add(topology.firewallA(Topology.settingsA()));
        firewalls.add(topology.firewallB(Topology.settingsB()));
        change(firewalls.get(0), text -> split(text, hold, split ? 100 : 0, 0));
        change(firewalls.get(1), text -> split(text, hold, split ? 0 : 100, 100));
        cable = new LongCable(topology.wan(), topology.server());
        for (Firewall firewall : firewalls) {
            firewall.host().nft(INWARDS);
            firewall.start();
        }
        awaitRoles(split);
    }

    /** The same with all addresses on fw-a, so that both directions pass it. */
    static AsymmetricPair symmetric() throws Exception {
        return new AsymmetricPair("auto", false);
    }

    private void awaitRoles(boolean split) {
        String ofWan = split ? "backup" : "master";
        firewalls.get(0).await("master of the LAN", roles("master", ofWan), LIMIT);
        firewalls.get(1).await("the other roles", roles("backup", split ? "master" : "backup"), LIMIT);
    }

    private static Predicate<JsonNode> roles(String lan, String wan) {
        return Statuses.vhid("lan", lan).and(Statuses.vhid("wan", wan)).and(Statuses.pfsync("in-sync"));
    }

    private void layIpv6() {
        topology.client().address("eth0", "fd00:1::100/64");
        topology.server().address("eth0", SERVER_6 + "/64");
        for (int place = 0; place < 2; place++) {
            LabHost host = topology.routers().get(place).host();
            host.address("lan0", "fd00:1::" + (2 + place) + "/64");
            host.address("wan0", "fd00:2::" + (2 + place) + "/64");
        }
        topology.client().namespace().ip("-6", "route", "add", "default", "via", "fd00:1::1");
        topology.server().namespace().ip("-6", "route", "add", "fd00:1::/64", "via", "fd00:2::1");
    }

    private static void change(Firewall firewall, UnaryOperator<String> change) throws Exception {
        firewall.carpd()
                .configure(change.apply(Files.readString(firewall.carpd().configFile())));
    }

    private static String split(String toml, String hold, int wanSkew, int lanSkew) {
        return toml.replaceFirst("advskew  = \\d+", "group    = \"outside\"\nadvskew  = " + wanSkew)
                .replace("[\"203.0.113.1/24\"]", "[\"203.0.113.1/24\", \"fd00:2::1/64\"]")
                .replace("[\"10.0.0.1/24\"]", "[\"10.0.0.1/24\", \"fd00:1::1/64\"]")
                .replaceFirst("(vhid     = 2\n.*\n)advskew  = \\d+", "$1group    = \"inside\"\nadvskew  = " + lanSkew)
                .replace("[pfsync]\n", "[pfsync]\nhold        = \"" + hold + "\"\n");
    }

    /** The sum of a counter of connection tracking over both nodes. */
    long counted(String counter) {
        long sum = 0;
        for (Firewall firewall : firewalls) {
            sum += firewall.stats().path("conntrack").path(counter).asLong();
        }
        return sum;
    }

    @Override
    public void close() {
        cable.close();
        lab.close();
    }
}
