// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.netio.TestNetwork;
import java.io.IOException;
import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Namespaces a and b, eth0 of each joined by a veth pair. What rtnetlink says and does is compared with what iproute2 prints. */
class RtnetlinkTest {

    private TestNetwork net;
    private String a;
    private String b;
    private Rtnetlink route;
    private Link eth0;

    @BeforeEach
    void topology() throws Exception {
        net = TestNetwork.create();
        a = net.namespace("a");
        b = net.namespace("b");
        net.veth(a, "eth0", b, "eth0");
        route = NetworkNamespace.within(a, Rtnetlink::open);
        eth0 = route.link("eth0").orElseThrow();
    }

    @AfterEach
    void remove() {
        if (route != null) {
            route.close();
        }
        if (net != null) {
            net.close();
        }
    }

    @Test
    void aLinkIsDescribedAsTheKernelSeesIt() throws Exception {
        net.run(a, "ip link set eth0 mtu 1400 alias hello");
        Link link = route.link(eth0.index()).orElseThrow();
        assertThat(link.name()).isEqualTo("eth0");
        assertThat(link.mtu()).isEqualTo(1400);
        assertThat(link.alias()).isEqualTo("hello");
        assertThat(link.kind()).isEqualTo("veth");
        assertThat(link.parentIndex()).isZero();
        assertThat(net.run(a, "ip link show eth0")).contains("link/ether " + link.mac());
        assertThat(route.links()).extracting(Link::name).containsExactlyInAnyOrder("lo", "eth0");
        assertThat(route.links()).contains(link);
        assertThat(route.link("nothing")).isEmpty();
        assertThat(route.link(12345)).isEmpty();
    }

    @Test
    void aLinkIsOperationalOnlyWhenUpWithCarrier() throws Exception {
        assertThat(route.link("eth0").orElseThrow().isOperational()).isTrue();
        net.run(b, "ip link set eth0 down");
        Link withoutCarrier = route.link("eth0").orElseThrow();
        assertThat(withoutCarrier.isUp()).isTrue();
        assertThat(withoutCarrier.isOperational()).isFalse();
        net.run(b, "ip link set eth0 up");
        net.run(a, "ip link set eth0 down");
        assertThat(route.link("eth0").orElseThrow().isUp()).isFalse();
        assertThat(route.link("eth0").orElseThrow().isOperational()).isFalse();
        assertThat(route.link("lo").orElseThrow().isOperational()).isTrue();
    }

    @Test
    void aLinkTellsWhatItForwards() throws Exception {
        net.run(a, "sysctl -qw net.ipv4.conf.eth0.forwarding=1 net.ipv6.conf.eth0.forwarding=0");
        assertThat(route.link("eth0").orElseThrow().forwardsIpv4()).isTrue();
        assertThat(route.link("eth0").orElseThrow().forwardsIpv6()).isFalse();
        net.run(a, "sysctl -qw net.ipv4.conf.eth0.forwarding=0 net.ipv6.conf.eth0.forwarding=1");
        assertThat(route.link("eth0").orElseThrow().forwardsIpv4()).isFalse();
        assertThat(route.link("eth0").orElseThrow().forwardsIpv6()).isTrue();
    }

    @Test
    void addressesAreAddedAndRemovedAndTheSecondTimeIsNoError() throws Exception {
        InetAddress address = InetAddress.getByName("10.9.0.1");
        assertThat(route.addAddress(eth0.index(), address, 24, true)).isTrue();
        assertThat(route.addAddress(eth0.index(), address, 24, true)).isFalse();
        assertThat(route.addresses())
                .anyMatch(x -> x.ifindex() == eth0.index() && x.address().equals(address) && x.prefixLength() == 24);
        assertThat(net.run(a, "ip route show dev eth0")).contains("10.9.0.0/24");
        assertThat(route.deleteAddress(eth0.index(), address, 24)).isTrue();
        assertThat(route.deleteAddress(eth0.index(), address, 24)).isFalse();
        assertThat(net.run(a, "ip -4 addr show dev eth0")).isEmpty();
    }

    @Test
    void withoutPrefixRouteTheAddressMakesNoRoute() throws Exception {
        route.addAddress(eth0.index(), InetAddress.getByName("10.9.0.1"), 24, false);
        assertThat(net.run(a, "ip route show dev eth0")).isEmpty();
    }

    @Test
    void anIpv6AddressIsUsableAtOnce() throws Exception {
        net.run(a, "sysctl -qw net.ipv6.conf.eth0.accept_dad=1");
        InetAddress address = InetAddress.getByName("fd09::1");
        assertThat(route.addAddress(eth0.index(), address, 64, true)).isTrue();
        assertThat(route.addresses())
                .filteredOn(x -> x.address().equals(address))
                .allMatch(LinkAddress::isUsable)
                .hasSize(1);
        assertThat(net.run(a, "ip -6 addr show dev eth0"))
                .contains("fd09::1/64")
                .contains("nodad");
    }

    @Test
    void subnetContainsComparesThePrefixOnly() throws Exception {
        LinkAddress address = new LinkAddress(1, InetAddress.getByName("10.9.3.1"), 22, 0);
        assertThat(address.subnetContains(InetAddress.getByName("10.9.0.200"))).isTrue();
        assertThat(address.subnetContains(InetAddress.getByName("10.9.4.1"))).isFalse();
        assertThat(address.subnetContains(InetAddress.getByName("fd09::1"))).isFalse();
        LinkAddress all = new LinkAddress(1, InetAddress.getByName("10.9.3.1"), 0, 0);
        assertThat(all.subnetContains(InetAddress.getByName("192.0.2.1"))).isTrue();
    }

    @Test
    void sysctlsOfTheNamespaceAreReadAndWritten() throws Exception {
        NetworkNamespace.within(a, () -> {
            assertThat(Sysctl.read("ipv4/conf/eth0/arp_ignore")).hasValue("0");
            Sysctl.write("ipv4/conf/eth0/arp_ignore", "1");
            assertThat(Sysctl.read("ipv4/conf/eth0/arp_ignore")).hasValue("1");
            assertThat(Sysctl.read("ipv4/conf/nothing/arp_ignore")).isEmpty();
            return true;
        });
        assertThat(net.run(a, "sysctl -n net.ipv4.conf.eth0.arp_ignore").strip())
                .isEqualTo("1");
        assertThat(net.run(b, "sysctl -n net.ipv4.conf.eth0.arp_ignore").strip())
                .isEqualTo("0");
        assertThatThrownBy(() -> Sysctl.write("ipv4/conf/nothing/arp_ignore", "1"))
                .isInstanceOf(IOException.class)
                .hasMessage("set sysctl net/ipv4/conf/nothing/arp_ignore to 1: the kernel has no such setting");
        assertThatThrownBy(() -> NetworkNamespace.within(a, () -> {
                    Sysctl.write("ipv4/conf/eth0/arp_ignore", "x");
                    return true;
                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("to x: Invalid argument");
    }
}
