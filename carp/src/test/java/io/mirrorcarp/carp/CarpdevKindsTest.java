// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static io.mirrorcarp.carp.TestNode.host;
import static io.mirrorcarp.carp.TestSegment.awaitHeld;
import static io.mirrorcarp.carp.TestSegment.awaitReceived;
import static io.mirrorcarp.carp.TestSegment.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.Nudge;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.netio.NetworkNamespace;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kinds of carpdevs, and rules of the host that name them: the virtual addresses are as the own ones of the device. */
class CarpdevKindsTest extends SegmentTest {
    private static final String[] ADDRESSES = {"10.9.0.1/24", "fd09::1/64", "fe80::1/64"};

    private String run(String command) {
        return segment.net.run(segment.firewallA, command);
    }

    private TestNode startOn(String carpdev) throws Exception {
        return segment.start(segment.firewallA, host("wan", 7, carpdev, 25, ADDRESSES));
    }

    private TestNode startSpare() throws Exception {
        return segment.start(segment.firewallB, host("wan", 7, "eth0", 50, ADDRESSES));
    }

    private void assertAnswers() {
        segment.assertPing(segment.client, "10.9.0.1");
        segment.assertPing(segment.client, "fd09::1");
        segment.assertPing(segment.client, "fe80::1%eth0");
        assertThat(segment.net.run(segment.client, "ip neigh show"))
                .contains("10.9.0.1 dev eth0 lladdr 00:00:5e:00:01:07");
    }

    /** Master on its carpdev, heard by a backup, which takes over and gives the addresses back. */
    private void assertServes(String carpdev) throws Exception {
        TestNode a = startOn(carpdev);
        awaitHeld(a, "wan");
        assertAnswers();
        TestNode b = startSpare();
        awaitReceived(b, CarpCounter.PACKETS_RECEIVED, 3);
        assertThat(b.state("wan")).isEqualTo(CarpState.BACKUP);
        a.stop();
        awaitHeld(b, "wan");
        assertAnswers();
        TestNode again = startOn(carpdev);
        awaitHeld(again, "wan");
        b.awaitState("wan", CarpState.BACKUP);
        assertAnswers();
        assertThat(again.counter(CarpCounter.ADDRESSES_PUT_BACK)).isZero();
        assertThat(again.failures).isEmpty();
    }

    @Test
    void aBridgeServes() throws Exception {
        run("ip link add br0 type bridge");
        run("ip link set eth0 master br0");
        moveAddressesTo("br0");
        assertServes("br0");
    }

    @ParameterizedTest
    @CsvSource({"macvlan, bridge", "macvlan, private", "macvtap, bridge", "macvtap, vepa"})
    void aMacvlanServesWhereItsLowerDeviceIsInTheSameNamespace(String kind, String mode) throws Exception {
        run("ip link add mv0 link eth0 type " + kind + " mode " + mode);
        moveAddressesTo("mv0");
        assertServes("mv0");
    }

    /** The switch has the VLAN of fw-a untagged at the ports of the others. */
    @Test
    void aVlanServes() throws Exception {
        assumeKind("VLAN", "ip link add vl5 link eth0 type vlan id 5");
        segment.net.run(segment.bridge, "ip link set port-a nomaster");
        segment.net.run(segment.bridge, "ip link add pa5 link port-a type vlan id 5");
        segment.net.run(segment.bridge, "ip link set pa5 master br0 up");
        moveAddressesTo("vl5");
        assertServes("vl5");
    }

    @Test
    void aBondServes() throws Exception {
        assumeKind("bonding", "ip link add bond0 type bond mode active-backup miimon 100");
        run("ip link set eth0 down");
        run("ip link set eth0 master bond0");
        moveAddressesTo("bond0");
        assertServes("bond0");
    }

    @Test
    void aMemberOfAVrfServes() throws Exception {
        assumeKind("VRF", "ip link add vrf1 type vrf table 10");
        run("ip link set vrf1 up");
        run("ip link set eth0 master vrf1");
        assertServes("eth0");
    }

    private void moveAddressesTo(String device) {
        run("sysctl -qw net.ipv6.conf." + device + ".accept_dad=0");
        run("ip link set " + device + " up");
        run("ip addr flush dev eth0 scope global");
        run("ip addr add 10.9.0.2/24 dev " + device);
        run("ip addr add fd09::2/64 dev " + device + " nodad");
    }

    /** Makes a device of a kind that not every kernel has. */
    private void assumeKind(String kind, String command) {
        try {
            run(command);
        } catch (AssertionError refused) {
            Assumptions.abort("needs " + kind + " devices: this kernel refuses " + command);
        }
    }

    /** One address on two carpdevs: each answers with its own virtual MAC, and neither needs the other. */
    @Test
    void oneLinkLocalAddressIsServedOnTwoCarpdevs() throws Exception {
        segment.net.veth(segment.firewallA, "eth1", segment.client, "eth1");
        TestNode a = segment.start(
                segment.firewallA, host("wan", 7, "eth0", 25, "fe80::1/64"), host("lan", 8, "eth1", 25, "fe80::1/64"));
        awaitHeld(a, "wan");
        awaitHeld(a, "lan");
        segment.assertPing(segment.client, "fe80::1%eth0");
        segment.assertPing(segment.client, "fe80::1%eth1");
        assertThat(segment.net.run(segment.client, "ip neigh show"))
                .contains("fe80::1 dev eth0 lladdr 00:00:5e:00:01:07", "fe80::1 dev eth1 lladdr 00:00:5e:00:01:08");
        TestNode.get(a.verticle().nudge("lan", Nudge.DOWN, true, CarpInstance.NEVER));
        eventually(() -> assertThat(run("ip -6 -o addr show dev eth1")).doesNotContain("fe80::1/"));
        assertThatThrownBy(() -> segment.net.run(segment.client, "ping -c1 -W1 fe80::1%eth1"))
                .as("control: nobody holds it there any more")
                .hasMessageContaining("0 received");
        segment.assertPing(segment.client, "fe80::1%eth0");
    }

    @Test
    void aCarpdevWithoutAnAddressOfItsOwnServes() throws Exception {
        run("ip addr flush dev eth0");
        assertServes("eth0");
    }

    @Test
    void rulesByTheNameOfTheCarpdevAndReversePathFiltersPassWhatComesToTheVirtualMac() throws Exception {
        run("sysctl -qw net.ipv4.conf.all.rp_filter=1");
        run("nft add table inet f");
        run("nft add chain inet f in { type filter hook input priority 0 ; policy drop ; }");
        run("nft add rule inet f in fib saddr . iif oif missing drop");
        run("nft add rule inet f in iifname eth0 accept");
        awaitHeld(startOn("eth0"), "wan");
        segment.assertPing(segment.client, "10.9.0.1");
        segment.assertPing(segment.client, "fe80::1%eth0");
        run("nft flush chain inet f in");
        run("nft add rule inet f in iifname eth1 accept");
        assertThatThrownBy(() -> segment.net.run(segment.client, "ping -c1 -W1 10.9.0.1"))
                .as("control: the rule is what lets it in")
                .hasMessageContaining("0 received");
    }

    @Test
    void policyRoutingByTheIncomingDeviceHoldsForWhatIsSentToTheVirtualMac() throws Exception {
        segment.net.run(segment.firewallB, "ip addr add 198.51.100.5/32 dev lo");
        segment.net.run(segment.client, "ip route add 198.51.100.0/24 via 10.9.0.1");
        run("sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.eth0.send_redirects=0");
        run("ip rule add iif eth0 lookup 100");
        run("ip route add 198.51.100.0/24 via 10.9.0.3 table 100");
        awaitHeld(startOn("eth0"), "wan");
        segment.assertPing(segment.client, "198.51.100.5");
        run("ip rule del iif eth0 lookup 100");
        assertThatThrownBy(() -> segment.net.run(segment.client, "ping -c1 -W1 198.51.100.5"))
                .as("control: only the rule leads there")
                .hasMessageContaining("0 received");
    }

    @Test
    void aBroadcastIsDeliveredOnce() throws Exception {
        run("nft add table inet f");
        run("nft add counter inet f seen");
        run("nft add chain inet f in { type filter hook input priority 0 ; }");
        run("nft add rule inet f in udp dport 67 counter name seen");
        awaitHeld(startOn("eth0"), "wan");
        NetworkNamespace.within(segment.client, () -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.setBroadcast(true);
                for (int i = 0; i < 10; i++) {
                    socket.send(new DatagramPacket(new byte[1], 1, InetAddress.getByName("10.9.0.255"), 67));
                }
            }
            return true;
        });
        segment.assertPing(segment.client, "10.9.0.1");
        assertThat(run("nft list counter inet f seen")).contains("packets 10 ");
    }

    /** As when a DHCP client gets or loses it. */
    @Test
    void anOwnAddressMayComeAndGoWhileTheNodeIsMaster() throws Exception {
        run("ip addr flush dev eth0 scope global");
        TestNode a = startOn("eth0");
        awaitHeld(a, "wan");
        assertThat(run("ip route get 10.9.0.9")).contains("src 10.9.0.1");
        run("ip addr add 10.9.0.2/24 dev eth0");
        assertThat(run("ip route get 10.9.0.9")).contains("src 10.9.0.2");
        segment.assertPing(segment.client, "10.9.0.2");
        assertAnswers();
        run("ip addr del 10.9.0.2/24 dev eth0");
        assertThat(run("ip route get 10.9.0.9")).contains("src 10.9.0.1");
        assertAnswers();
        run("ip addr add 10.9.0.2/24 dev eth0");
        a.stop();
        assertThat(run("ip -4 -o addr show dev eth0")).contains("10.9.0.2/24").doesNotContain("10.9.0.1/");
        segment.assertPing(segment.client, "10.9.0.2");
        eventually(() -> assertThat(run("ip route show")).doesNotContain("proto 112"));
    }
}
