// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.hold;

import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.SyncLink;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LongCable;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The pair of the demonstration with its addresses split: fw-a is master of the LAN, fw-b of the WAN. What the client says passes fw-a, and what the server says passes fw-b. The
 * server is at the end of a long cable.
 */
final class AsymmetricPair implements AutoCloseable {
    /** From outside to the client. */
    static final int INWARDS_PORT = 8080;

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
        topology = new Topology(lab, SyncLink.SWITCH);
        firewalls.add(topology.firewallA(Topology.settingsA()));
        firewalls.add(topology.firewallB(Topology.settingsB()));
        change(firewalls.get(0), text -> split(text, hold, 100, 0));
        change(firewalls.get(1), text -> split(text, hold, 0, 100));
        cable = new LongCable(topology.wan(), topology.server());
        for (Firewall firewall : firewalls) {
            firewall.host().nft(INWARDS);
            firewall.start();
        }
        firewalls
                .get(0)
                .await(
                        "master of the LAN",
                        Statuses.vhid("lan", "master")
                                .and(Statuses.vhid("wan", "backup"))
                                .and(Statuses.pfsync("in-sync")),
                        LIMIT);
        firewalls
                .get(1)
                .await(
                        "master of the WAN",
                        Statuses.vhid("wan", "master")
                                .and(Statuses.vhid("lan", "backup"))
                                .and(Statuses.pfsync("in-sync")),
                        LIMIT);
    }

    private static void change(Firewall firewall, UnaryOperator<String> change) throws Exception {
        firewall.carpd()
                .configure(change.apply(Files.readString(firewall.carpd().configFile())));
    }

    private static String split(String toml, String hold, int wanSkew, int lanSkew) {
        return toml.replaceFirst("advskew  = \\d+", "group    = \"outside\"\nadvskew  = " + wanSkew)
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
