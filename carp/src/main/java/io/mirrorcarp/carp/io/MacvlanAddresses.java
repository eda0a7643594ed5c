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
import java.io.IOException;
import java.util.Optional;

/**
 * Addresses on a macvlan with the virtual MAC, in bridge mode on the carpdev. It exists only while this node is master, and a moment before it
 * is heard and after, so that a backup sends nothing from the virtual MAC, answers no ARP, and reaches the address over the wire like everybody else.
 *
 * <p>It is named {@code carpIFINDEX.VHID} after the index of its carpdev. Its alias, {@value #MARK} and the daemon's own file, tells a start after a
 * crash which ones to remove, and leaves those of another daemon alone.
 *
 * <p>What is sent to the virtual MAC comes in through the macvlan, also what is to be forwarded; what goes out leaves through the carpdev. So a packet
 * filter that names the carpdev as the input interface has to name {@code "carp*"} as well.
 */
final class MacvlanAddresses implements AddressPlace {
    /** How the alias of every macvlan of this program begins. */
    static final String MARK = "mirrorcarp";

    private static final int MAX_NAME_LENGTH = 15;

    private final String alias;

    /** @param owner a text that only this daemon has, and has again after a restart; at most 240 characters */
    MacvlanAddresses(String owner) {
        alias = MARK + " " + owner;
    }

    /** The name of the macvlan of a vhid, at most 15 characters. */
    static String name(int carpdevIndex, int vhid) {
        String name = "carp" + carpdevIndex + "." + vhid;
        if (name.length() > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException("no interface name for vhid " + vhid + " on interface " + carpdevIndex);
        }
        return name;
    }

    private boolean isOurs(Link link) {
        return link.kind().equals("macvlan") && link.alias().equals(alias);
    }

    @Override
    public void recover(Rtnetlink route) throws IOException {
        for (Link link : route.links()) {
            if (isOurs(link)) {
                route.deleteLink(link.index());
            }
        }
    }

    /**
     * With a macvlan that stays down: nothing is sent or received through it, and the carpdev does not listen to its MAC. Whether another macvlan has that MAC the
     * kernel would say only when this one is set up, as with the virtual MAC of a keepalived that has the same number.
     */
    @Override
    public void rehearse(Rtnetlink route, Link carpdev, AddressPlan plan) throws IOException {
        MacAddress mac = VirtualMac.of(plan.vhid());
        for (Link other : route.links()) {
            if (other.parentIndex() == carpdev.index()
                    && other.isUp()
                    && other.mac().value() == mac.bits()) {
                throw new ErrnoException("use " + mac + ", which " + other.name() + " has", Errno.EADDRINUSE);
            }
        }
        Link macvlan = macvlan(route, carpdev, plan.vhid(), mac);
        try {
            MacvlanSettings.apply(route, macvlan, carpdev, plan);
            PrefixLength.on(route, carpdev.index(), plan);
        } finally {
            route.deleteLink(macvlan.index());
        }
    }

    @Override
    public HeldAddresses put(Rtnetlink route, Link carpdev, AddressPlan plan) throws IOException {
        MacAddress mac = VirtualMac.of(plan.vhid());
        Link macvlan = macvlan(route, carpdev, plan.vhid(), mac);
        try {
            MacvlanSettings.apply(route, macvlan, carpdev, plan);
            route.setUp(macvlan.index(), true);
            PrefixLength prefixLength = PrefixLength.on(route, carpdev.index(), plan);
            int changes = macvlan.isUp() ? 0 : 1;
            for (VirtualAddress virtual : plan.addresses()) {
                if (route.addAddress(macvlan.index(), virtual.address(), prefixLength.of(virtual), true)) {
                    changes++;
                }
            }
            return new HeldAddresses(plan.addresses(), mac, carpdev.forwardsIpv6(), macvlan.index(), changes);
        } catch (IOException e) {
            route.deleteLink(macvlan.index());
            throw e;
        }
    }

    /** The macvlan that is there already, if it is as it should be, or a new one. */
    private Link macvlan(Rtnetlink route, Link carpdev, int vhid, MacAddress mac) throws IOException {
        String name = name(carpdev.index(), vhid);
        Optional<Link> present = route.link(name);
        if (present.isPresent()) {
            Link link = present.get();
            if (!isOurs(link)) {
                throw new ErrnoException(
                        "create macvlan " + name + ", which exists and is not of this program", Errno.EEXIST);
            }
            if (link.mac().value() == mac.bits() && link.parentIndex() == carpdev.index()) {
                return link;
            }
            route.deleteLink(link.index());
        }
        return route.createMacvlan(name, carpdev.index(), new io.mirrorcarp.netio.MacAddress(mac.bits()), alias);
    }

    /**
     * The IPv4 addresses first: removing the interface takes tens of milliseconds, in which it would still answer. Then it goes down before its IPv6
     * addresses go: the kernel leaves their groups with a listener report from the virtual MAC, which would turn the switches back to this node.
     */
    @Override
    public void remove(Rtnetlink route, int ifindex, AddressPlan plan) throws IOException {
        for (LinkAddress address : route.addresses()) {
            if (address.ifindex() == ifindex && AddressFamily.of(address.address()) == AddressFamily.IPV4) {
                route.deleteAddress(ifindex, address.address(), address.prefixLength());
            }
        }
        if (route.link(ifindex).isPresent()) {
            route.setUp(ifindex, false);
            route.deleteLink(ifindex);
        }
    }
}
