// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.auth.Authenticator;
import io.mirrorcarp.carp.election.Bid;
import io.mirrorcarp.carp.election.CarpAction;
import io.mirrorcarp.carp.election.CarpBid;
import io.mirrorcarp.carp.election.VrrpBid;
import io.mirrorcarp.carp.election.VrrpMessages;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.Advertisement;
import io.mirrorcarp.carp.packet.AdvertisementFrame;
import io.mirrorcarp.carp.packet.Envelope;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Makes and sends the advertisements of one virtual host. */
final class HostAdvertiser {
    private final Carpdev carpdev;
    private final Authenticator authenticator;
    private VirtualHost host;
    private @Nullable VrrpMessages vrrp;
    private SenderAddresses senders;
    private int ipId;

    /** @param vrrp null with CARP, for which the authenticator is */
    HostAdvertiser(VirtualHost host, Carpdev carpdev, Authenticator authenticator, @Nullable VrrpMessages vrrp) {
        this.carpdev = carpdev;
        this.authenticator = authenticator;
        this.host = host;
        this.vrrp = vrrp;
        this.senders = SenderAddresses.of(host, carpdev);
    }

    /** The virtual host is this one from now on. */
    void setHost(VirtualHost changed, @Nullable VrrpMessages speaker) {
        host = changed;
        vrrp = speaker;
        senders = SenderAddresses.of(changed, carpdev);
    }

    SenderAddresses senders() {
        return senders;
    }

    /** What became of one: 0, or the errno. */
    record Sent(AddressFamily family, int errno) {}

    private record Ready(AddressFamily family, IntSupplier send) {}

    /** All are made before the first leaves: a BSD answers within 200 us, and what leaves after its answer takes the switch port back. */
    List<Sent> send(CarpAction.SendAdvertisement action) {
        List<Ready> ready = new ArrayList<>();
        for (AddressFamily family : action.families()) {
            for (InetAddress destination : host.attachment().destinations(family)) {
                ready.add(new Ready(
                        family,
                        destination.isMulticastAddress() ? toGroup(destination, action) : toHost(destination, action)));
            }
        }
        return ready.stream()
                .map(one -> new Sent(one.family(), one.send().getAsInt()))
                .toList();
    }

    /** @param sender its source address where it goes to a group; null where it goes to a host */
    private Advertisement advertisement(Bid bid, AddressFamily family, @Nullable InetAddress sender) {
        return bid instanceof CarpBid carp
                ? authenticator.sign(carp.advbase(), carp.advskew(), carp.demote(), sender)
                : Objects.requireNonNull(vrrp).make((VrrpBid) bid, family);
    }

    private IntSupplier toHost(InetAddress peer, CarpAction.SendAdvertisement action) {
        AddressFamily family = AddressFamily.of(peer);
        Advertisement advertisement = advertisement(action.bid(), family, null);
        InetAddress chosen = senders.toHost(peer);
        // The checksum of VRRP covers the source, so that the kernel cannot be left to choose it.
        InetAddress source = chosen == null && vrrp != null ? senders.toGroup(family) : chosen;
        byte[] payload = AdvertisementFrame.payload(advertisement, source == null ? peer : source, peer);
        return () -> carpdev.send(source, peer, payload);
    }

    /** From the virtual MAC, but for a word that this node leaves: its successor may have that MAC by then. A hidden MAC is no source. */
    private IntSupplier toGroup(InetAddress group, CarpAction.SendAdvertisement action) {
        AddressFamily family = AddressFamily.of(group);
        InetAddress source = senders.toGroup(family);
        MacAddress from = host.sendsFromVirtualMac() && !action.isBowOut()
                ? host.virtualMac(family)
                : carpdev.status().mac();
        ipId = (ipId + 1) & 0xffff;
        Envelope plain = Envelope.multicast(from, source, group, ipId);
        Envelope envelope = vrrp == null ? plain : plain.withTos(Envelope.TOS_CONTROL);
        byte[] frame = AdvertisementFrame.build(envelope, advertisement(action.bid(), family, source));
        return () -> carpdev.send(frame);
    }
}
