// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static io.mirrorcarp.conntrack.io.Namespaces.exec;
import static io.mirrorcarp.conntrack.io.Namespaces.ip;
import static io.mirrorcarp.conntrack.io.Namespaces.nft;

import java.io.IOException;
import java.util.List;

/**
 * A client and a server with a firewall between them, which another one then replaces:
 *
 * <pre>
 *                   lan +--------+ wan
 *            +----------| first  |----------+
 *            |          +--------+          |
 *  client 10.0.0.2      10.0.0.1  192.0.2.1      192.0.2.2 server
 *       fd00:1::2     fd00:1::1    fd00:2::1     fd00:2::2
 *            |          +--------+          |
 *            + - - - - -| second |- - - - - +
 *                       +--------+
 * </pre>
 *
 * <p>Both drop what is invalid and pick up no connection midway. The first does SNAT for the client, DNAT of 192.0.2.1:8080 to the
 * client's port 80, and no NAT for IPv6 towards port 9000. The second has no rule that would let a new flow in or translate it, only the
 * NAT hook: what passes there, passes by its table alone.
 */
final class FirewallPair implements AutoCloseable {
    private static final String STRICT = """
            table inet filter {
              chain input {
                type filter hook input priority filter; policy drop;
                icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, echo-request } accept
                icmp type echo-request accept
              }
              chain forward {
                type filter hook forward priority filter; policy drop;
                ct state invalid drop
                ct state established,related accept
            """;

    private static final String FIRST = STRICT + """
                iifname lan ct state new accept
                ct status dnat accept
              }
            }
            table inet nat {
              chain prerouting {
                type nat hook prerouting priority dstnat;
                iifname wan ip daddr 192.0.2.1 tcp dport 8080 dnat ip to 10.0.0.2:80
              }
              chain postrouting {
                type nat hook postrouting priority srcnat;
                oifname wan meta l4proto { tcp, udp } ip saddr 10.0.0.0/24 snat ip to 192.0.2.1:40000-50000
                oifname wan ip saddr 10.0.0.0/24 snat ip to 192.0.2.1
                oifname wan tcp dport != 9000 ip6 saddr fd00:1::/64 snat ip6 to [fd00:2::1]:40000-50000
              }
            }
            """;

    private static final String SECOND = STRICT + """
              }
            }
            """;

    private static final String NAT_HOOK = """
            table inet nat {
              chain postrouting {
                type nat hook postrouting priority srcnat;
              }
            }
            """;

    private static final String REACHABLE_SECONDS = "10";

    private final Namespaces namespaces = new Namespaces();
    final String client;
    final String first;
    final String second;
    final String server;

    FirewallPair() throws Exception {
        try {
            client = namespaces.add("client");
            first = namespaces.add("first");
            second = namespaces.add("second");
            server = namespaces.add("server");
            ip(client, "link add v0 type veth peer name lan netns " + first);
            ip(server, "link add v0 type veth peer name wan netns " + first);
            host(client, "10.0.0.2/24", "10.0.0.1", "fd00:1::2/64", "fd00:1::1");
            host(server, "192.0.2.2/24", "192.0.2.1", "fd00:2::2/64", "fd00:2::1");
            firewall(first, FIRST);
            firewall(second, SECOND);
            nft(second, NAT_HOOK);
            connect(first);
            awaitReachable();
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private static void host(String name, String address, String gateway, String address6, String gateway6)
            throws IOException {
        ip(name, "addr add " + address + " dev v0");
        ip(name, "addr add " + address6 + " dev v0 nodad");
        ip(name, "link set v0 up");
        ip(name, "route add default via " + gateway);
        ip(name, "-6 route add default via " + gateway6);
    }

    private static void firewall(String name, String ruleset) throws Exception {
        exec(
                name,
                "sysctl",
                "-qw",
                "net.ipv4.ip_forward=1",
                "net.ipv6.conf.all.forwarding=1",
                "net.netfilter.nf_conntrack_tcp_loose=0");
        nft(name, ruleset);
        Namespaces.in(name, KernelChecks::run);
    }

    private static void connect(String firewall) throws IOException {
        ip(firewall, "addr add 10.0.0.1/24 dev lan");
        ip(firewall, "addr add 192.0.2.1/24 dev wan");
        ip(firewall, "addr add fd00:1::1/64 dev lan nodad");
        ip(firewall, "addr add fd00:2::1/64 dev wan nodad");
        ip(firewall, "link set lan up");
        ip(firewall, "link set wan up");
    }

    /** A link that was just set up carries frames a little later. */
    private void awaitReachable() throws IOException {
        for (String gateway : List.of("10.0.0.1", "fd00:1::1")) {
            exec(client, "ping", "-c", "1", "-i", "0.1", "-w", REACHABLE_SECONDS, "-q", gateway);
        }
        for (String gateway : List.of("192.0.2.1", "fd00:2::1")) {
            exec(server, "ping", "-c", "1", "-i", "0.1", "-w", REACHABLE_SECONDS, "-q", gateway);
        }
    }

    /** Takes the NAT hook from the second firewall. */
    void removeNatHook() throws IOException {
        exec(second, "nft", "delete", "table", "inet", "nat");
    }

    /** Pulls both cables out of the first firewall and plugs them into the second. */
    void failOver() throws IOException {
        ip(first, "link set lan netns " + second);
        ip(first, "link set wan netns " + second);
        connect(second);
        awaitReachable();
    }

    @Override
    public void close() throws IOException {
        namespaces.close();
    }
}
