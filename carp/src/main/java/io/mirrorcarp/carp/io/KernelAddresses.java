// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.MacAddress;
import io.mirrorcarp.carp.packet.VirtualMac;
import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.LinkAddress;
import io.mirrorcarp.netio.route.Rtnetlink;
import io.mirrorcarp.netio.route.Sysctl;
import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Virtual addresses on a macvlan with the virtual MAC, in bridge mode on the carpdev. It exists only while this node is master, so that a
 * backup sends nothing from the virtual MAC, answers no ARP, and reaches the address over the wire like everybody else.
 *
 * <p>The macvlan is named {@code carpIFINDEX.VHID} after the index of its carpdev, and has the alias {@value #MARK}, by which a start after a
 * crash finds it.
 *
 * <p>What is sent to the virtual MAC comes in through the macvlan, also what is to be forwarded; what goes out leaves through the carpdev. So a packet
 * filter that names the carpdev as the input interface has to name {@code "carp*"} as well.
 *
 * <p>Routes: an address whose subnet the carpdev already has is added as /32 or /128, so that the route to the subnet stays on the carpdev and
 * does not come and go with the role. Where the carpdev has no address in it, the macvlan brings the route.
 *
 * <p>Of the kernel's settings, {@code arp_ignore=1} on both interfaces makes each answer for its own addresses only: else the carpdev would answer for
 * the virtual address with its own MAC. {@code arp_announce=2} keeps the virtual address out of the carpdev's own requests. The reverse path filter of
 * the macvlan is loose, since the route back to a client leads through the carpdev; the kernel takes the larger of this and {@code all}, so a strict
 * {@code all} does no harm.
 */
final class KernelAddresses implements VirtualAddresses {
    /** The alias of a macvlan of ours. */
    static final String MARK = "mirrorcarp";

    private static final int MAX_NAME_LENGTH = 15;

    private final SysctlRestore settings;
    private final Map<String, Integer> taken = new HashMap<>();
    private @Nullable Rtnetlink rtnetlink;

    KernelAddresses(SysctlRestore settings) {
        this.settings = settings;
    }

    /** The name of the macvlan of a vhid, at most 15 characters. */
    static String macvlanName(int carpdevIndex, int vhid) {
        String name = "carp" + carpdevIndex + "." + vhid;
        if (name.length() > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException("no interface name for vhid " + vhid + " on interface " + carpdevIndex);
        }
        return name;
    }

    @Override
    public synchronized void recover() throws IOException {
        for (Link link : route().links()) {
            if (isOurs(link)) {
                route().deleteLink(link.index());
            }
        }
        settings.recover();
    }

    private static boolean isOurs(Link link) {
        return link.kind().equals("macvlan") && link.alias().equals(MARK);
    }

    @Override
    public synchronized void prepare(String carpdev) throws IOException {
        settings.set("ipv4/conf/" + carpdev + "/arp_ignore", "1");
        settings.set("ipv4/conf/" + carpdev + "/arp_announce", "2");
    }

    @Override
    public synchronized HeldAddresses take(AddressPlan plan) throws IOException {
        Link carpdev = route().link(plan.carpdev())
                .orElseThrow(() -> new ErrnoException("find carpdev " + plan.carpdev(), Errno.ENODEV));
        MacAddress mac = VirtualMac.of(plan.vhid());
        Link macvlan = macvlan(carpdev, plan.vhid(), mac);
        try {
            MacvlanSettings.apply(macvlan.name(), plan.carpdev(), plan.has(AddressFamily.IPV6));
            route().setUp(macvlan.index(), true);
            List<LinkAddress> present = route().addresses();
            for (VirtualAddress virtual : plan.addresses()) {
                int prefixLength = prefixLength(virtual, carpdev, present);
                route().addAddress(macvlan.index(), virtual.address(), prefixLength, true);
            }
            boolean routesIpv6 = Sysctl.read("ipv6/conf/" + macvlan.name() + "/forwarding")
                    .filter("1"::equals)
                    .isPresent();
            taken.put(key(plan), macvlan.index());
            return new HeldAddresses(plan.addresses(), mac, routesIpv6);
        } catch (IOException e) {
            route().deleteLink(macvlan.index());
            throw e;
        }
    }

    /** The macvlan that is there already, if it is as it should be, or a new one. */
    private Link macvlan(Link carpdev, int vhid, MacAddress mac) throws IOException {
        String name = macvlanName(carpdev.index(), vhid);
        Optional<Link> present = route().link(name);
        if (present.isPresent()) {
            Link link = present.get();
            if (!isOurs(link)) {
                throw new ErrnoException(
                        "create macvlan " + name + ", which exists and is not of this program", Errno.EEXIST);
            }
            if (link.mac().value() == mac.bits() && link.parentIndex() == carpdev.index()) {
                return link;
            }
            route().deleteLink(link.index());
        }
        return route().createMacvlan(name, carpdev.index(), new io.mirrorcarp.netio.MacAddress(mac.bits()), MARK);
    }

    private static int prefixLength(VirtualAddress virtual, Link carpdev, List<LinkAddress> present) {
        InetAddress address = virtual.address();
        boolean subnetIsThere = present.stream()
                .filter(other -> other.ifindex() == carpdev.index() && other.prefixLength() > 0)
                .anyMatch(other -> other.subnetContains(address));
        return subnetIsThere ? address.getAddress().length * 8 : virtual.prefixLength();
    }

    @Override
    public synchronized void release(AddressPlan plan) throws IOException {
        Integer index = taken.get(key(plan));
        if (index != null) {
            remove(index);
            taken.remove(key(plan));
        }
    }

    /** Removes every one that can be; throws the first failure. */
    private void removeTaken() throws IOException {
        IOException first = null;
        for (int index : taken.values()) {
            try {
                remove(index);
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        taken.clear();
        if (first != null) {
            throw first;
        }
    }

    /**
     * The IPv4 addresses first: removing the interface takes tens of milliseconds, in which it would still answer. Then it goes down before its IPv6
     * addresses go: the kernel leaves their groups with a listener report from the virtual MAC, which would turn the switches back to this node.
     */
    private void remove(int index) throws IOException {
        for (LinkAddress address : route().addresses()) {
            if (address.ifindex() == index && !address.isIpv6()) {
                route().deleteAddress(index, address.address(), address.prefixLength());
            }
        }
        if (route().link(index).isPresent()) {
            route().setUp(index, false);
            route().deleteLink(index);
        }
    }

    private static String key(AddressPlan plan) {
        return plan.vhid() + "@" + plan.carpdev();
    }

    @Override
    public synchronized void restore() throws IOException {
        try {
            removeTaken();
        } finally {
            closeRoute();
            settings.restore();
        }
    }

    private void closeRoute() {
        if (rtnetlink != null) {
            rtnetlink.close();
            rtnetlink = null;
        }
    }

    private Rtnetlink route() throws ErrnoException {
        if (rtnetlink == null) {
            rtnetlink = Rtnetlink.open();
        }
        return rtnetlink;
    }
}
