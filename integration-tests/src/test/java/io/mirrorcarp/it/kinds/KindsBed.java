// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

import io.mirrorcarp.lab.firewall.CarpdSettings;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Router;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.SyncLink;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabHost;
import java.time.Duration;

/**
 * The pair of the lab with a packet filter that has a rule for each kind, IPv6, and a pool of virtual addresses.
 *
 * <pre>
 *            10.0.0.1, fd00:1::1        203.0.113.1, .10, .11, fd00:2::1
 *                      |                       |
 *              +--- .2 lan0  fw-a  wan0 .2 ---+
 *   client ----+                              +---- server
 *   .100, ::100 +-- .3 lan0  fw-b  wan0 .3 ---+     .100, ::100
 * </pre>
 */
final class KindsBed implements AutoCloseable {
    static final String CLIENT = "10.0.0.100";
    static final String SERVER = "203.0.113.100";
    /** Another address of the server, so that two FTP servers have the same port. */
    static final String SERVER_PASSIVE = "203.0.113.101";

    static final String SERVER_LATER = "203.0.113.102";

    static final String VIRTUAL = "203.0.113.1";
    static final String CLIENT6 = "fd00:1::100";
    static final String SERVER6 = "fd00:2::100";
    static final String SERVER6_PASSIVE = "fd00:2::101";
    static final String VIRTUAL6 = "fd00:2::1";

    /** How long an answer may take: TCP's retransmissions after a lost segment are in it. */
    static final Duration ANSWER_LIMIT = Duration.ofSeconds(6);

    private static final Duration START_LIMIT = Duration.ofSeconds(40);
    private static final Duration ROLE_LIMIT = Duration.ofSeconds(20);

    private final Lab lab = Lab.open();
    final LabHost client;
    final LabHost server;
    final Firewall a;
    final Firewall b;
    private final boolean pfsync;
    private final Topology topology;

    KindsBed(boolean pfsync, String protocols) {
        this.pfsync = pfsync;
        topology = new Topology(lab, SyncLink.CABLE);
        client = topology.client();
        server = topology.server();
        client.address("eth0", CLIENT6 + "/64");
        client.namespace().ip("-6", "route", "add", "default", "via", "fd00:1::1");
        server.address("eth0", SERVER_PASSIVE + "/24");
        server.address("eth0", SERVER_LATER + "/24");
        server.address("eth0", SERVER6 + "/64");
        server.address("eth0", SERVER6_PASSIVE + "/64");
        // No source of what the server itself opens: a helper expects its connections from the other one.
        server.run("ip", "address", "change", SERVER6_PASSIVE + "/64", "dev", "eth0", "preferred_lft", "0")
                .orThrow();
        server.namespace().ip("-6", "route", "add", "fd00:1::/64", "via", "fd00:2::1");
        setUp(topology.routerA(), "2");
        setUp(topology.routerB(), "3");
        a = topology.firewallA(Topology.settingsA().withPfsync(pfsync));
        b = topology.firewallB(Topology.settingsB().withPfsync(pfsync));
        configure(a, Topology.settingsA(), protocols);
        configure(b, Topology.settingsB(), protocols);
    }

    private static void setUp(Router router, String number) {
        LabHost host = router.host();
        host.address("lan0", "fd00:1::" + number + "/64");
        host.address("wan0", "fd00:2::" + number + "/64");
        host.nft("flush ruleset\n" + KindsRules.TEXT);
        host.sysctl(
                "net.netfilter.nf_conntrack_tcp_loose=0",
                "net.netfilter.nf_conntrack_acct=1",
                "net.netfilter.nf_conntrack_timestamp=1",
                "net.ipv4.tcp_timestamps=1",
                "net.ipv4.tcp_syncookies=1");
    }

    private void configure(Firewall firewall, CarpdSettings settings, String protocols) {
        String filter = pfsync ? "\n[pfsync.filter]\nprotocols = [" + protocols + "]\n" : "";
        firewall.carpd()
                .configure(settings.withPfsync(pfsync)
                        .toml(firewall.carpd().socket())
                        .replace(
                                "\"203.0.113.1/24\"",
                                "\"203.0.113.1/24\", \"203.0.113.10/24\", \"203.0.113.11/24\", \"fd00:2::1/64\"")
                        .replace("\"10.0.0.1/24\"", "\"10.0.0.1/24\", \"fd00:1::1/64\"")
                        .replace("\n[admin]", filter + "\n[admin]"));
    }

    void start() {
        a.start();
        b.start();
        awaitPreferred();
    }

    void awaitPreferred() {
        var synced = Statuses.pfsync(pfsync ? "in-sync" : "off");
        a.await("MASTER", Statuses.every("master").and(synced), START_LIMIT);
        b.await("BACKUP", Statuses.every("backup").and(synced), START_LIMIT);
    }

    /** The addresses move, and fw-a keeps its table. */
    void maintenance(boolean on) {
        a.carpctl("maintenance", on ? "on" : "off").orThrow();
        if (on) {
            b.awaitState("master", ROLE_LIMIT);
        } else {
            awaitPreferred();
        }
    }

    void powerLoss() {
        a.powerLoss();
        b.awaitState("master", ROLE_LIMIT);
    }

    /** fw-a comes back with an empty table. */
    void powerReturns() {
        a.powerOn();
        setUp(topology.routerA(), "2");
        a.start();
        awaitPreferred();
    }

    String logs() {
        return "\nlog of fw-a:\n" + a.carpd().log() + "\nlog of fw-b:\n"
                + b.carpd().log();
    }

    @Override
    public void close() {
        lab.close();
    }
}
