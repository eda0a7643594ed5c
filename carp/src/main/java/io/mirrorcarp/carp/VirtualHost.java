// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.auth.AddressSet;
import io.mirrorcarp.carp.auth.AuthSettings;
import io.mirrorcarp.carp.election.AdvertisementWay;
import io.mirrorcarp.carp.election.CarpSettings;
import io.mirrorcarp.carp.election.ElectedHost;
import io.mirrorcarp.carp.io.AddressPlan;
import io.mirrorcarp.carp.io.MacMode;
import io.mirrorcarp.carp.io.VirtualAddress;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.IpBalancing;
import io.mirrorcarp.carp.packet.Protocol;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One virtual host to run.
 *
 * @param name the user's name for it
 * @param carpdev the interface on whose segment it is
 * @param settings of the election; the families become those of the addresses
 * @param auth of the same vhid; with VRRP 2 its key is the password, and with VRRP 3 it has no meaning
 * @param group virtual hosts that are demoted together; empty for none
 * @param addresses at least one
 * @param attachment how it is attached to the segment
 */
public record VirtualHost(
        String name,
        String carpdev,
        CarpSettings settings,
        AuthSettings auth,
        String group,
        List<VirtualAddress> addresses,
        Attachment attachment) {
    /** Copies the addresses, and checks that the parts are of one vhid. */
    public VirtualHost {
        addresses = List.copyOf(addresses);
        EnumSet<AddressFamily> families = EnumSet.noneOf(AddressFamily.class);
        addresses.forEach(virtual -> families.add(AddressFamily.of(virtual.address())));
        settings = settings.withFamilies(families);
        if (attachment.balancing() != null && attachment.balancing().slotOf(settings.vhid()) < 0) {
            throw new IllegalArgumentException("vhid " + settings.vhid() + " is none of its carpnodes");
        }
        if (auth.vhid() != settings.vhid()) {
            throw new IllegalArgumentException("vhids differ: " + settings.vhid() + ", " + auth.vhid());
        }
    }

    /** Attached as most are. */
    public VirtualHost(
            String name,
            String carpdev,
            CarpSettings settings,
            AuthSettings auth,
            String group,
            List<VirtualAddress> addresses) {
        this(name, carpdev, settings, auth, group, addresses, Attachment.DEFAULT);
    }

    public VirtualHost withAttachment(Attachment changed) {
        return new VirtualHost(name, carpdev, settings, auth, group, addresses, changed);
    }

    /**
     * Whether a running virtual host can become another and go on in its state: times, group, passphrase and addresses may differ, but not who it is and how
     * it is attached. Whether ARP is balanced does not count.
     */
    boolean canBecome(VirtualHost other) {
        return name.equals(other.name)
                && subject().equals(other.subject())
                && protocol() == other.protocol()
                && settings.families().equals(other.settings.families())
                && attachment.equals(other.attachment.withArpBalance(attachment.arpBalance()));
    }

    /** 1 to 255. */
    public int vhid() {
        return settings.vhid();
    }

    public Protocol protocol() {
        return settings.rules().protocol();
    }

    /** {@code 1@wan0}, as log lines name it. */
    public String subject() {
        return vhid() + "@" + carpdev;
    }

    /** Which of its carpnodes it is, 0 or more; -1 without balancing. */
    public int slot() {
        IpBalancing balancing = attachment.balancing();
        return balancing == null ? -1 : balancing.slotOf(vhid());
    }

    /** Whether frames may leave from the virtual MAC. */
    boolean sendsFromVirtualMac() {
        IpBalancing balancing = attachment.balancing();
        return attachment.mac() == MacMode.VIRTUAL && (balancing == null || balancing.isSource());
    }

    /** From which its advertisements leave where they may. */
    MacAddress virtualMac(AddressFamily family) {
        IpBalancing balancing = attachment.balancing();
        return balancing == null ? protocol().virtualMac(vhid(), family) : balancing.mac();
    }

    AddressPlan plan() {
        return new AddressPlan(
                protocol(),
                vhid(),
                carpdev,
                addresses,
                attachment.mac(),
                !attachment.arpBalance(),
                attachment.routes(),
                attachment.balancing());
    }

    List<InetAddress> inetAddresses() {
        return addresses.stream().map(VirtualAddress::address).toList();
    }

    /** The multicast groups that it uses. */
    Set<InetAddress> multicastGroups() {
        return settings.families().stream()
                .flatMap(family -> attachment.destinations(family).stream())
                .filter(InetAddress::isMulticastAddress)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** As the election knows it. */
    ElectedHost elected() {
        return new ElectedHost(
                name,
                carpdev,
                settings,
                ElectedHost.group(group, slot()),
                addressSet(),
                AdvertisementWay.of(multicastGroups(), attachment.peers()),
                attachment.mac() == MacMode.VIRTUAL,
                attachment.upDelayNanos(),
                attachment.downDelayNanos());
    }

    /** Names the virtual addresses with the same number on every node. */
    public long addressDigest() {
        return addressSet().digest();
    }

    AddressSet addressSet() {
        return AddressSet.of(inetAddresses());
    }

    Resignation resignation() {
        return new Resignation(vhid(), addressSet().digest());
    }
}
