// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mirrorcarp.filter.FilterPlan;
import io.mirrorcarp.filter.NftablesText;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Rules and settings that name devices do what they would without carpd. Each has its control: the same with what must not match. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EveryonesRulesIT {
    private static final String FORWARD_BY_NAME = """
            table inet trial {
              chain forward {
                type filter hook forward priority filter; policy drop;
                ct state established,related accept
                iifname "lan0" oifname "wan0" accept
              }
              chain input {
                type filter hook input priority filter; policy drop;
                icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
                iifname "lan0" icmp type echo-request accept
                iifname "lan0" icmpv6 type echo-request accept
              }
            }
            """;

    private RuledRouter router;

    @BeforeAll
    void start() {
        router = new RuledRouter();
    }

    @AfterAll
    void close() {
        router.close();
    }

    @BeforeEach
    void reset() {
        router.reset();
    }

    @Test
    void rulesThatNameTheDeviceMatchWhatComesToTheVirtualMac() {
        router.load(FORWARD_BY_NAME);
        assertThat(router.carriesANewConnection()).as("forwarded").isTrue();
        assertThat(router.answersAsGateway()).as("IPv4 to the router").isTrue();
        assertThat(router.ping(RuledRouter.VIRTUAL_LAN6))
                .as("IPv6 to the router")
                .isTrue();
        router.load(FORWARD_BY_NAME.replace("lan0", "lan1"));
        assertThat(router.carriesANewConnection()).as("control: another device").isFalse();
        assertThat(router.ping("10.0.0.1")).as("control: another device").isFalse();
        assertThat(router.ping(RuledRouter.VIRTUAL_LAN6))
                .as("control: another device")
                .isFalse();
    }

    /** Both families, neighbour discovery included. */
    @Test
    void theReadmesRulesCarryWhatTheyShould() {
        router.host().nft(NftablesText.table(FilterPlan.README));
        assertThat(router.carriesANewConnection()).isTrue();
        assertThat(router.answersAsGateway()).isTrue();
        assertThat(router.ping(RuledRouter.VIRTUAL_LAN6)).isTrue();
    }

    @Test
    void theReversePathOfTheFibIsTheDevice() {
        router.load("""
                table inet trial {
                  counter dropped { }
                  chain prerouting {
                    type filter hook prerouting priority raw;
                    iifname "lan0" fib saddr . iif oif missing counter name "dropped" drop
                  }
                }
                """);
        assertThat(router.carriesANewConnection()).isTrue();
        assertThat(router.shell("nft list counter inet trial dropped").out()).contains("packets 0 ");
        pingFromElsewhere();
        assertThat(router.shell("nft list counter inet trial dropped").out())
                .as("control: a source that is not behind lan0")
                .doesNotContain("packets 0 ");
    }

    /** From an address that the router would reach by its default route, or not at all. */
    private void pingFromElsewhere() {
        router.client().run("ip", "address", "add", "172.31.9.9/32", "dev", "lo");
        router.client().run("ping", "-c", "1", "-W", "1", "-I", "172.31.9.9", "10.0.0.1");
        router.client().run("ip", "address", "del", "172.31.9.9/32", "dev", "lo");
    }

    @Test
    void aStrictReversePathFilterPassesTheClients() {
        router.load("");
        router.host().sysctl("net.ipv4.conf.all.rp_filter=1");
        try {
            assertThat(router.carriesANewConnection()).isTrue();
            assertThat(router.answersAsGateway()).isTrue();
            long before = dropsByReversePath();
            pingFromElsewhere();
            assertThat(dropsByReversePath())
                    .as("control: a source that is not behind lan0")
                    .isGreaterThan(before);
        } finally {
            router.host().sysctl("net.ipv4.conf.all.rp_filter=0");
        }
    }

    private long dropsByReversePath() {
        String[] lines = router.shell("grep ^TcpExt: /proc/net/netstat").out().split("\n", -1);
        String[] names = lines[0].split(" ", -1);
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals("IPReversePathFilter")) {
                return Long.parseLong(lines[1].split(" ", -1)[i]);
            }
        }
        throw new AssertionError("no IPReversePathFilter in " + lines[0]);
    }

    @Test
    void policyRoutingByTheDeviceApplies() {
        router.load("");
        router.shell("ip route add unreachable 203.0.113.0/24 table 100 && ip rule add iif lan0 lookup 100 pref 90");
        assertThat(router.carriesANewConnection()).as("table 100 has no way").isFalse();
        router.shell("ip rule del pref 90; ip route flush table 100");
        assertThat(router.carriesANewConnection())
                .as("control: without the rule")
                .isTrue();
    }

    @Test
    void theVirtualAddressIsAnsweredForWithArpFilter() {
        router.load("");
        router.host().sysctl("net.ipv4.conf.all.arp_filter=1");
        try {
            assertThat(router.answersAsGateway()).isTrue();
            assertThat(router.carriesANewConnection()).isTrue();
            // The kernel answers by the device by which it would reach the sender.
            router.shell("ip route add 10.0.0.100/32 dev wan0");
            assertThat(router.answersAsGateway())
                    .as("control: a client that is not behind lan0")
                    .isFalse();
        } finally {
            router.host().sysctl("net.ipv4.conf.all.arp_filter=0");
            router.shell("ip route del 10.0.0.100/32 dev wan0");
        }
    }

    private static final String FLOWTABLE = """
            table inet trial {
              flowtable fast {
                hook ingress priority 0; devices = { lan0, wan0 };
              }
              chain forward {
                type filter hook forward priority filter;
                tcp dport != 0 flow add @fast
              }
            }
            """;

    @Test
    void flowtablesTakeConnectionsOver() {
        assumeTrue(router.shell("nft -c '" + FLOWTABLE + "'").succeeded(), "needs flowtables: this kernel has none");
        router.load(FLOWTABLE);
        assertThat(router.offloadsAConnection()).isTrue();
        router.load(FLOWTABLE.replace("flow add @fast", "accept"));
        assertThat(router.offloadsAConnection()).as("control: nothing is added").isFalse();
    }

    @Test
    void directionalZonesHaveTheDevicesZone() {
        router.load("""
                table inet trial {
                  chain prerouting {
                    type filter hook prerouting priority raw;
                    iifname "lan0" ct original zone set 7
                    iifname "lan1" ct original zone set 8
                  }
                }
                """);
        router.shell("conntrack -F");
        assertThat(router.carriesANewConnection()).isTrue();
        assertThat(router.connections()).contains("zone-orig=7").doesNotContain("zone-orig=8");
    }

    /** As a DHCP relay has it. */
    @Test
    void aBroadcastComesOnceToTheMastersSocket() throws Exception {
        router.load("");
        assertThat(receivedOfTenBroadcasts(1)).isEqualTo(10);
        router.shell("ip link add vmac link lan0 address 00:00:5e:00:01:63 type macvlan && ip link set vmac up")
                .orThrow();
        try {
            assertThat(receivedOfTenBroadcasts(2))
                    .as("control: the macvlan of other solutions doubles each")
                    .isEqualTo(20);
        } finally {
            router.shell("ip link del vmac");
        }
    }

    /** @param ways how many devices deliver each; in which order is not known, but each delivers the end last */
    private int receivedOfTenBroadcasts(int ways) throws Exception {
        try (DatagramSocket listener = router.host().call(() -> new DatagramSocket(67));
                DatagramSocket sender = router.client().call(DatagramSocket::new)) {
            sender.setBroadcast(true);
            for (int i = 0; i < 10; i++) {
                broadcast(sender, "discover");
            }
            broadcast(sender, "end");
            listener.setSoTimeout(5000);
            int received = 0;
            int ended = 0;
            while (ended < ways) {
                boolean end = receive(listener).equals("end");
                ended += end ? 1 : 0;
                received += end ? 0 : 1;
            }
            return received;
        }
    }

    private static void broadcast(DatagramSocket sender, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        sender.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName("255.255.255.255"), 67));
    }

    private static String receive(DatagramSocket listener) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        listener.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
    }

    @Test
    void flushingTheRulesetLeavesTheAddressWorking() {
        router.load(FORWARD_BY_NAME);
        router.host().run("nft", "flush", "ruleset").orThrow();
        assertThat(router.shell("nft list tables").out())
                .as("control: what is not carpd's is gone")
                .doesNotContain("trial");
        assertThat(router.answersAsGateway()).isTrue();
        assertThat(router.ping(RuledRouter.VIRTUAL_LAN6)).isTrue();
        assertThat(router.firewall().status().path("vhids").findValuesAsText("state"))
                .containsOnly("master");
    }
}
