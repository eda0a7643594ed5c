// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.packet.Envelope;
import io.mirrorcarp.carp.packet.ReceivedAdvertisement;
import io.mirrorcarp.carp.packet.Rejection;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The way by which the advertisements of a virtual host come. As OpenBSD and ucarp have it, one must come by the way that the virtual host uses: to one of its
 * groups, or to an address of the carpdev. One to another host, which a switch flooded, is for that one. One that was routed must come from a peer.
 *
 * @param groups the multicast groups
 * @param peers those that are named, multicast groups or hosts
 */
public record AdvertisementWay(Set<InetAddress> groups, Set<InetAddress> peers) {
    public AdvertisementWay {
        groups = Set.copyOf(groups);
        peers = Set.copyOf(peers);
    }

    public static AdvertisementWay of(Collection<InetAddress> groups, Collection<InetAddress> peers) {
        return new AdvertisementWay(Set.copyOf(groups), Set.copyOf(peers));
    }

    /**
     * Why an advertisement is not for this virtual host, or null.
     *
     * @param isOwn whether the carpdev has an address
     */
    public @Nullable Rejection wrong(ReceivedAdvertisement received, Predicate<InetAddress> isOwn) {
        InetAddress destination = received.destination();
        boolean expected = destination.isMulticastAddress() ? groups.contains(destination) : isOwn.test(destination);
        if (!expected) {
            return Rejection.BAD_VHID;
        }
        boolean routed = received.ttl() != Envelope.TTL;
        return routed && !peers.contains(received.source()) ? Rejection.BAD_TTL : null;
    }
}
