// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.io.MacMode;
import io.mirrorcarp.carp.io.VirtualRoute;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.Envelope;
import io.mirrorcarp.carp.packet.IpBalancing;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a virtual host is attached to its segment.
 *
 * @param mac which Ethernet address answers for its addresses
 * @param peers where its advertisements go: hosts, or other multicast groups, as with OpenBSD's {@code carppeer}. A family
 *     of which there is none goes to CARP's own group
 * @param sources the source addresses of the advertisements, one of a family at most; a family of which there is none has the carpdev's own
 * @param arpBalance net.inet.carp.arpbalance: this program answers ARP in the kernel's place, and shares an address out that several virtual hosts of
 *     the carpdev have. Only with {@link MacMode#VIRTUAL}
 * @param routes the routes that this node has while it is master
 * @param upDelayNanos how long the carpdev must have its link before it counts as up
 * @param downDelayNanos how long it must have lost it before it counts as down
 * @param balancing the carpnodes of which the virtual host is one, with {@link MacMode#VIRTUAL} and without arpBalance; null for a virtual host that has its addresses alone
 */
public record Attachment(
        MacMode mac,
        List<InetAddress> peers,
        List<InetAddress> sources,
        boolean arpBalance,
        List<VirtualRoute> routes,
        long upDelayNanos,
        long downDelayNanos,
        @Nullable IpBalancing balancing) {
    /** The virtual MAC, CARP's own groups, no delay. */
    public static final Attachment DEFAULT =
            new Attachment(MacMode.VIRTUAL, List.of(), List.of(), false, List.of(), 0, 0, null);

    /** Copies the lists, and checks the values. */
    public Attachment {
        peers = List.copyOf(peers);
        sources = List.copyOf(sources);
        routes = List.copyOf(routes);
        if (arpBalance && mac != MacMode.VIRTUAL) {
            throw new IllegalArgumentException("ARP balancing needs the virtual MAC");
        }
        if (balancing != null && (arpBalance || mac != MacMode.VIRTUAL)) {
            throw new IllegalArgumentException("IP balancing needs the virtual MAC, and excludes ARP balancing");
        }
        if (upDelayNanos < 0 || downDelayNanos < 0) {
            throw new IllegalArgumentException("negative time");
        }
    }

    public Attachment withMac(MacMode changed) {
        return new Attachment(changed, peers, sources, arpBalance, routes, upDelayNanos, downDelayNanos, balancing);
    }

    public Attachment withPeers(List<InetAddress> changed) {
        return new Attachment(mac, changed, sources, arpBalance, routes, upDelayNanos, downDelayNanos, balancing);
    }

    public Attachment withSources(List<InetAddress> changed) {
        return new Attachment(mac, peers, changed, arpBalance, routes, upDelayNanos, downDelayNanos, balancing);
    }

    public Attachment withArpBalance(boolean changed) {
        return new Attachment(mac, peers, sources, changed, routes, upDelayNanos, downDelayNanos, balancing);
    }

    public Attachment withRoutes(List<VirtualRoute> changed) {
        return new Attachment(mac, peers, sources, arpBalance, changed, upDelayNanos, downDelayNanos, balancing);
    }

    public Attachment withDelays(long changedUpNanos, long changedDownNanos) {
        return new Attachment(mac, peers, sources, arpBalance, routes, changedUpNanos, changedDownNanos, balancing);
    }

    public Attachment withBalancing(IpBalancing changed) {
        return new Attachment(mac, peers, sources, arpBalance, routes, upDelayNanos, downDelayNanos, changed);
    }

    /** Where the advertisements of a family go. */
    List<InetAddress> destinations(AddressFamily family) {
        List<InetAddress> named = of(peers, family);
        return named.isEmpty() ? List.of(Envelope.group(family)) : named;
    }

    /** The source address of the advertisements of a family, where one is chosen. */
    Optional<InetAddress> source(AddressFamily family) {
        List<InetAddress> named = of(sources, family);
        return named.isEmpty() ? Optional.empty() : Optional.of(named.get(0));
    }

    boolean hasUnicastPeer() {
        return peers.stream().anyMatch(peer -> !peer.isMulticastAddress());
    }

    private static List<InetAddress> of(List<InetAddress> addresses, AddressFamily family) {
        if (addresses.isEmpty()) {
            return List.of();
        }
        return addresses.stream()
                .filter(address -> AddressFamily.of(address) == family)
                .toList();
    }
}
