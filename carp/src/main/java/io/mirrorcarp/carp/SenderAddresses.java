// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.packet.AddressFamily;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The source addresses from which a virtual host advertises: those that the configuration names, or else those of its carpdev as it is now.
 *
 * @param virtualAddresses no source where the carpdev has another
 */
record SenderAddresses(VirtualHost host, Carpdev carpdev, List<InetAddress> virtualAddresses) {
    static SenderAddresses of(VirtualHost host, Carpdev carpdev) {
        return new SenderAddresses(host, carpdev, host.inetAddresses());
    }

    /** To a group of the segment. */
    InetAddress toGroup(AddressFamily family) {
        return host.attachment()
                .source(family)
                .orElseGet(() -> carpdev.status().advertisementSource(family, virtualAddresses));
    }

    /** To a host; null where the kernel is to choose it. */
    @Nullable
    InetAddress toHost(InetAddress peer) {
        return host.attachment()
                .source(AddressFamily.of(peer))
                .or(() -> carpdev.status().unicastSource(peer, virtualAddresses))
                .orElse(null);
    }

    @Nullable
    InetAddress to(InetAddress destination) {
        return destination.isMulticastAddress() ? toGroup(AddressFamily.of(destination)) : toHost(destination);
    }

    /** Those by which peers know this node's advertisements: none that others may have too. */
    List<InetAddress> own() {
        return host.settings().families().stream()
                .flatMap(family -> host.attachment().destinations(family).stream())
                .map(this::to)
                .filter(Objects::nonNull)
                .filter(source -> !source.isAnyLocalAddress() && !virtualAddresses.contains(source))
                .distinct()
                .toList();
    }
}
