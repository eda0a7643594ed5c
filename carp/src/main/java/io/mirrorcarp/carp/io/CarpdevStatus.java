// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.IpAddress;
import io.mirrorcarp.netio.route.LinkAddress;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An interface that carries advertisements, as it is now.
 *
 * @param ifindex 0 while there is no such interface; a new one when it is made again
 * @param up whether it can pass frames: set up, with carrier
 * @param mac its own Ethernet address
 * @param addresses its own usable ones, in the kernel's order; not the virtual ones
 */
public record CarpdevStatus(String carpdev, int ifindex, boolean up, MacAddress mac, List<LinkAddress> addresses) {
    private static final InetAddress NONE_IPV4 = IpAddress.of(new byte[4]);
    private static final InetAddress NONE_IPV6 = IpAddress.of(new byte[16]);

    public CarpdevStatus {
        addresses = List.copyOf(addresses);
    }

    /** The status while there is no interface of that name. */
    public static CarpdevStatus absent(String carpdev) {
        return new CarpdevStatus(carpdev, 0, false, new MacAddress(0), List.of());
    }

    public boolean isPresent() {
        return ifindex != 0;
    }

    /** Whether it has an address. */
    public boolean has(InetAddress address) {
        return addresses.stream().anyMatch(own -> own.address().equals(address));
    }

    /** The source address of advertisements to a host: one of its scope, best of its subnet; empty where the interface has no address of its own. */
    public Optional<InetAddress> unicastSource(InetAddress peer, Collection<InetAddress> virtualAddresses) {
        Comparator<LinkAddress> byScope =
                Comparator.comparing(own -> own.address().isLinkLocalAddress() != peer.isLinkLocalAddress());
        return addresses.stream()
                .filter(own -> AddressFamily.of(own.address()) == AddressFamily.of(peer))
                .filter(own -> !virtualAddresses.contains(own.address()))
                .min(byScope.thenComparing(own -> !own.subnetContains(peer)))
                .map(LinkAddress::address);
    }

    /**
     * The source address of advertisements. IPv4: an address whose subnet holds a virtual address, else any. IPv6: a link-local one, else any.
     * An interface without an address of its own sends from a virtual address, as FreeBSD does, or without one from 0.0.0.0.
     */
    public InetAddress advertisementSource(AddressFamily family, Collection<InetAddress> virtualAddresses) {
        Stream<LinkAddress> own = addresses.stream()
                .filter(address -> AddressFamily.of(address.address()) == family)
                .filter(address -> !virtualAddresses.contains(address.address()));
        Comparator<LinkAddress> preferred = Comparator.comparing(address -> family == AddressFamily.IPV4
                ? virtualAddresses.stream().noneMatch(address::subnetContains)
                : !address.address().isLinkLocalAddress());
        return own.min(preferred)
                .map(LinkAddress::address)
                .or(() -> virtualAddresses.stream()
                        .filter(address -> AddressFamily.of(address) == family)
                        .findFirst())
                .orElse(family == AddressFamily.IPV4 ? NONE_IPV4 : NONE_IPV6);
    }
}
