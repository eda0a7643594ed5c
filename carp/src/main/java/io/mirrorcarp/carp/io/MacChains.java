// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.LinkProbe;
import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.nftables.DataType;
import io.mirrorcarp.netio.nftables.ElementSet;
import io.mirrorcarp.netio.nftables.Hook;
import io.mirrorcarp.netio.nftables.OwnedTable;
import io.mirrorcarp.netio.nftables.Rule;
import io.mirrorcarp.netio.nftables.Rule.Base;
import io.mirrorcarp.netio.nftables.Rule.Comparison;
import io.mirrorcarp.netio.route.Link;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The chains on one carpdev, with which it has virtual MACs beside its own.
 *
 * <p>Ingress: a frame to a virtual MAC is one to this host, and comes in by the carpdev like every other; IPv4 multicast with the MAC of a balanced address is not. An ARP
 * request that this program or another node answers does not reach the kernel, nor does such a neighbour solicitation; the packet sockets have seen it before.
 *
 * <p>Egress: what leaves from a virtual address leaves from its virtual MAC, and ARP and neighbour discovery name that one too. So the kernel itself answers for the
 * addresses, with all its rules about when to. The checksum of ICMPv6 is mended as well, for which nft(8) has no words. Of a hidden address only ARP and neighbour discovery
 * name the virtual MAC.
 *
 * <p>Advertisements have the MAC that the election gave them.
 *
 * <p>A virtual MAC is leased, as the addresses are: a node whose process stands still passes on nothing that was sent to it when another node has taken over. A {@link LinkProbe} to the MAC renews the lease on its way
 * out, and goes no further. So no transaction of nf_tables is needed each second, which would make every other program that lists rules begin again.
 *
 * <p>A macvlan gets from its lower device the frames to its own MAC only. There, those to a virtual MAC are readdressed to it.
 */
final class MacChains {
    /** Before all others: in front of flowtables and of the filters of the administrator. */
    private static final int PRIORITY = -500;

    /** About as long as the lease of an address, which is 2 to 2.4 s. */
    private static final long LEASE_MILLIS = 2_200;

    private static final int ARP = 0x0806;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int ICMPV6 = 58;
    private static final int CARP = 112;
    private static final byte SOLICITATION = (byte) 135;
    private static final byte ADVERTISEMENT = (byte) 136;
    private static final byte FIRST_MULTICAST = (byte) 224;

    // Offsets in the Ethernet header, and bytes of an address there.
    private static final int TO = 0;
    private static final int FROM = 6;
    private static final int TYPE = 12;
    private static final int MAC = 6;

    // Offsets behind the Ethernet header.
    private static final int IPV4_SOURCE = 12;
    private static final int IPV4_DESTINATION = 16;
    private static final int IPV6_SOURCE = 8;
    private static final int ARP_OPERATION = 6;
    private static final int ARP_SENDER_MAC = 8;
    private static final int ARP_SENDER = 14;
    private static final int ARP_TARGET = 24;

    // Offsets in a neighbour solicitation or advertisement (RFC 4861, 4.3 and 4.4): its first option is the Ethernet
    // address.
    private static final int ICMPV6_CHECKSUM = 2;
    private static final int SOLICITED = 8;
    private static final int OPTION = 24;
    private static final int OPTION_MAC = 26;

    private final String carpdev;
    private final ElementSet macs;
    /** Those of {@code macs} whose lease has not lapsed. */
    private final ElementSet leased;

    private final ElementSet ipv4;
    private final ElementSet ipv6;
    private final ElementSet hidden4;
    private final ElementSet hidden6;
    private final ElementSet silent4;
    private final ElementSet silent6;
    private boolean hasSets;
    private int ifindex;

    MacChains(String carpdev) {
        this.carpdev = carpdev;
        macs = new ElementSet("mac-" + carpdev, DataType.ETHERNET_ADDRESS, DataType.ETHERNET_ADDRESS);
        leased = new ElementSet("leased-" + carpdev, DataType.ETHERNET_ADDRESS, null, LEASE_MILLIS);
        ipv4 = new ElementSet("ip4-" + carpdev, DataType.IPV4_ADDRESS, DataType.ETHERNET_ADDRESS);
        ipv6 = new ElementSet("ip6-" + carpdev, DataType.IPV6_ADDRESS, DataType.ETHERNET_ADDRESS);
        hidden4 = new ElementSet("hidden4-" + carpdev, DataType.IPV4_ADDRESS, DataType.ETHERNET_ADDRESS);
        hidden6 = new ElementSet("hidden6-" + carpdev, DataType.IPV6_ADDRESS, DataType.ETHERNET_ADDRESS);
        silent4 = new ElementSet("silent-" + carpdev, DataType.IPV4_ADDRESS, null);
        silent6 = new ElementSet("silent6-" + carpdev, DataType.IPV6_ADDRESS, null);
    }

    boolean isOn(Link link) {
        return ifindex == link.index();
    }

    void forget() {
        ifindex = 0;
    }

    /** Makes the chains, in place of those that an interface of that name had before. */
    void make(OwnedTable table, Link link, @Nullable Link lower) throws ErrnoException {
        makeSets(table);
        for (String chain : new String[] {"in-", "out-", "low-in-", "low-out-"}) {
            removeOld(table, chain + carpdev);
        }
        addIngress(table, "in-" + carpdev);
        addEgress(table, "out-" + carpdev);
        if (lower != null) {
            addLower(table, lower.name());
        }
        table.commit("make the chains of " + carpdev);
        ifindex = link.index();
    }

    /** Makes the sets that the rules look up, unless they are there. */
    void makeSets(OwnedTable table) throws ErrnoException {
        if (!hasSets) {
            table.add(macs)
                    .add(leased)
                    .add(ipv4)
                    .add(ipv6)
                    .add(hidden4)
                    .add(hidden6)
                    .add(silent4)
                    .add(silent6);
            table.commit("make the sets of " + carpdev);
            hasSets = true;
        }
    }

    /** A chain may have gone with its interface. */
    private static void removeOld(OwnedTable table, String chain) throws ErrnoException {
        try {
            table.deleteChain(chain).commit("remove the chain " + chain);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    private static Rule to() {
        return new Rule().load(1, Base.LINK, TO, MAC);
    }

    private void addIngress(OwnedTable table, String chain) {
        Rule request = new Rule()
                .etherType(ARP)
                .load(1, Base.NETWORK, ARP_OPERATION, 2)
                .compare(1, Comparison.EQUAL, (byte) 0, (byte) 1)
                .load(1, Base.NETWORK, ARP_TARGET, 4)
                .isIn(1, silent4)
                .drop();
        Rule solicitation = new Rule()
                .etherType(IPV6)
                .ipProtocol(ICMPV6)
                .load(1, Base.TRANSPORT, 0, 1)
                .compare(1, Comparison.EQUAL, SOLICITATION)
                .load(1, Base.TRANSPORT, SOLICITED, 16)
                .isIn(1, silent6)
                .drop();
        Rule multicast = new Rule()
                .etherType(IPV4)
                .load(1, Base.NETWORK, IPV4_DESTINATION, 1)
                .compare(1, Comparison.GREATER_OR_EQUAL, FIRST_MULTICAST)
                .accept();
        table.addChain(chain, Hook.INGRESS, carpdev, PRIORITY)
                .addRule(chain, multicast)
                .addRule(chain, to().isIn(1, leased).setPacketTypeHost())
                .addRule(chain, request)
                .addRule(chain, solicitation);
    }

    private void addEgress(OwnedTable table, String chain) {
        Rule advertisement4 = new Rule().etherType(IPV4).ipProtocol(CARP).accept();
        Rule advertisement6 = new Rule().etherType(IPV6).ipProtocol(CARP).accept();
        Rule packet4 = new Rule()
                .etherType(IPV4)
                .load(1, Base.NETWORK, IPV4_SOURCE, 4)
                .map(1, ipv4, 2)
                .store(2, Base.LINK, FROM, MAC);
        Rule packet6 = new Rule()
                .etherType(IPV6)
                .load(1, Base.NETWORK, IPV6_SOURCE, 16)
                .map(1, ipv6, 2)
                .store(2, Base.LINK, FROM, MAC);
        Rule renewal = new Rule()
                .load(1, Base.LINK, TYPE, 2)
                .compare(1, Comparison.EQUAL, (byte) (LinkProbe.TYPE >>> 8), (byte) LinkProbe.TYPE)
                .load(1, Base.LINK, TO, MAC)
                .isIn(1, leased)
                .renew(1, leased)
                .drop();
        table.addChain(chain, Hook.EGRESS, carpdev, PRIORITY)
                .addRule(chain, renewal)
                .addRule(chain, fromVirtualMac().accept())
                .addRule(chain, advertisement4)
                .addRule(chain, advertisement6)
                .addRule(chain, packet4)
                .addRule(chain, neighbour(ipv6))
                .addRule(chain, packet6)
                .addRule(chain, arp(ipv4).store(2, Base.LINK, FROM, MAC))
                .addRule(chain, neighbour(hidden6))
                .addRule(chain, arp(hidden4));
    }

    /** A solicitation or advertisement from an address names its virtual MAC. */
    private static Rule neighbour(ElementSet macOf) {
        return new Rule()
                .etherType(IPV6)
                .ipProtocol(ICMPV6)
                .load(1, Base.TRANSPORT, 0, 1)
                .compare(1, Comparison.GREATER_OR_EQUAL, SOLICITATION)
                .compare(1, Comparison.LESS_OR_EQUAL, ADVERTISEMENT)
                // Type 1 or 2, of 8 bytes.
                .load(1, Base.TRANSPORT, OPTION, 2)
                .compare(1, Comparison.GREATER_OR_EQUAL, (byte) 1, (byte) 1)
                .compare(1, Comparison.LESS_OR_EQUAL, (byte) 2, (byte) 1)
                .load(1, Base.NETWORK, IPV6_SOURCE, 16)
                .map(1, macOf, 2)
                .storeWithChecksum(2, Base.TRANSPORT, OPTION_MAC, MAC, ICMPV6_CHECKSUM);
    }

    /** ARP from an address names its virtual MAC, which is in register 2 then. */
    private static Rule arp(ElementSet macOf) {
        return new Rule()
                .etherType(ARP)
                .load(1, Base.NETWORK, ARP_SENDER, 4)
                .map(1, macOf, 2)
                .store(2, Base.NETWORK, ARP_SENDER_MAC, MAC);
    }

    /** The lower device is on the segment too. It is not to answer ARP for the addresses of the macvlan, whose answers are from a virtual MAC already. */
    private void addLower(OwnedTable table, String lower) {
        Rule answer = new Rule()
                .etherType(ARP)
                .load(1, Base.NETWORK, ARP_SENDER, 4)
                .map(1, ipv4, 2)
                .drop();
        table.addChain("low-in-" + carpdev, Hook.INGRESS, lower, PRIORITY)
                .addRule(
                        "low-in-" + carpdev,
                        to().isIn(1, leased).map(1, macs, 2).store(2, Base.LINK, TO, MAC))
                .addChain("low-out-" + carpdev, Hook.EGRESS, lower, PRIORITY)
                .addRule("low-out-" + carpdev, fromVirtualMac().accept())
                .addRule("low-out-" + carpdev, answer);
    }

    private Rule fromVirtualMac() {
        return new Rule().load(1, Base.LINK, FROM, MAC).map(1, macs, 2);
    }

    /** Collects in the table what has to change. */
    void change(OwnedTable table, MacElements from, MacElements to) {
        changeMap(table, macs, from.macs(), to.macs());
        changeLeases(table, from.macs().keySet(), to.macs().keySet());
        changeAddresses(table, ipv4, ipv6, from.macOf(), to.macOf());
        changeAddresses(table, hidden4, hidden6, from.hidden(), to.hidden());
        for (InetAddress address : from.silent()) {
            if (!to.silent().contains(address)) {
                table.deleteElement(ofFamily(address, silent4, silent6), address.getAddress());
            }
        }
        for (InetAddress address : to.silent()) {
            if (!from.silent().contains(address)) {
                table.addElement(ofFamily(address, silent4, silent6), address.getAddress());
            }
        }
    }

    /** One that is to be removed may have lapsed, so it is put there first: to remove one that is not there would be refused. */
    private void changeLeases(OwnedTable table, Set<MacAddress> from, Set<MacAddress> to) {
        for (MacAddress mac : from) {
            if (!to.contains(mac)) {
                table.addElement(leased, bytes(mac));
                table.deleteElement(leased, bytes(mac));
            }
        }
        for (MacAddress mac : to) {
            if (!from.contains(mac)) {
                table.addElement(leased, bytes(mac));
            }
        }
    }

    private static void changeMap(
            OwnedTable table, ElementSet map, Map<MacAddress, MacAddress> from, Map<MacAddress, MacAddress> to) {
        for (Map.Entry<MacAddress, MacAddress> entry : from.entrySet()) {
            if (!entry.getValue().equals(to.get(entry.getKey()))) {
                table.deleteElement(map, bytes(entry.getKey()));
            }
        }
        for (Map.Entry<MacAddress, MacAddress> entry : to.entrySet()) {
            if (!entry.getValue().equals(from.get(entry.getKey()))) {
                table.addElement(map, bytes(entry.getKey()), bytes(entry.getValue()));
            }
        }
    }

    private static void changeAddresses(
            OwnedTable table,
            ElementSet of4,
            ElementSet of6,
            Map<InetAddress, MacAddress> from,
            Map<InetAddress, MacAddress> to) {
        for (Map.Entry<InetAddress, MacAddress> entry : from.entrySet()) {
            if (!entry.getValue().equals(to.get(entry.getKey()))) {
                table.deleteElement(
                        ofFamily(entry.getKey(), of4, of6), entry.getKey().getAddress());
            }
        }
        for (Map.Entry<InetAddress, MacAddress> entry : to.entrySet()) {
            if (!entry.getValue().equals(from.get(entry.getKey()))) {
                table.addElement(
                        ofFamily(entry.getKey(), of4, of6), entry.getKey().getAddress(), bytes(entry.getValue()));
            }
        }
    }

    private static ElementSet ofFamily(InetAddress address, ElementSet of4, ElementSet of6) {
        return AddressFamily.of(address) == AddressFamily.IPV4 ? of4 : of6;
    }

    private static byte[] bytes(MacAddress mac) {
        return mac.octets();
    }
}
