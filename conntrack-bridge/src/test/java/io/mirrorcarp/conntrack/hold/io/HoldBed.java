// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold.io;

import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.netio.TestNetwork;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A router with real filters between a client and a server. The client's question went by another router, and the answer of the server comes here.
 *
 * <pre>
 *   client 10.0.0.2 --- .1 lan0 [router] wan0 192.0.2.1 --- 192.0.2.2, .3 server
 * </pre>
 */
final class HoldBed implements AutoCloseable {
    static final String SERVER = "192.0.2.2";
    static final String SECOND_SERVER = "192.0.2.3";
    static final String VIRTUAL = "192.0.2.1";
    static final String CLIENT_6 = "fd00:1::2";
    static final String SERVER_6 = "fd00:2::2";
    static final String VIRTUAL_6 = "fd00:2::1";

    private static final String RULES = """
            table inet strict {
              chain input { type filter hook input priority filter; policy drop; ct state invalid drop; icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept; }
              chain forward { type filter hook forward priority filter; policy drop; ct state invalid drop; iifname wan0 ct state established accept; }
              chain post { type nat hook postrouting priority srcnat; }
            }
            """;

    final TestNetwork net = TestNetwork.create();
    final String client = net.namespace("c");
    final String router = net.namespace("r");
    final String server = net.namespace("s");

    HoldBed() throws Exception {
        net.veth(client, "eth0", router, "lan0");
        net.veth(server, "eth0", router, "wan0");
        net.run(client, "ip addr add 10.0.0.2/24 dev eth0");
        net.run(client, "ip route add default via 10.0.0.1");
        net.run(server, "ip addr add 192.0.2.2/24 dev eth0");
        net.run(server, "ip addr add 192.0.2.3/24 dev eth0");
        net.run(router, "ip addr add 10.0.0.1/24 dev lan0");
        net.run(router, "ip addr add 192.0.2.1/24 dev wan0");
        net.run(router, "sysctl -qw net.ipv4.ip_forward=1");
        net.run(client, "ip addr add " + CLIENT_6 + "/64 dev eth0 nodad");
        net.run(client, "ip -6 route add default via fd00:1::1");
        net.run(server, "ip addr add " + SERVER_6 + "/64 dev eth0 nodad");
        net.run(router, "ip addr add fd00:1::1/64 dev lan0 nodad");
        net.run(router, "ip addr add " + VIRTUAL_6 + "/64 dev wan0 nodad");
        net.run(router, "sysctl -qw net.ipv6.conf.all.forwarding=1");
        nft(router, RULES);
    }

    void nft(String host, String rules) throws Exception {
        Path file = Files.createTempFile("rules", ".nft");
        Files.writeString(file, rules);
        net.run(host, "nft -f " + file);
        Files.delete(file);
    }

    /** A socket of a host. */
    static DatagramSocket socket(String host, String address, int port) throws Exception {
        return NetworkNamespace.within(host, () -> new DatagramSocket(new InetSocketAddress(address, port)));
    }

    @Override
    public void close() {
        net.close();
    }
}
