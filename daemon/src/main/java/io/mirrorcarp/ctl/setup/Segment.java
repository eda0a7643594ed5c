// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.setup;

import io.mirrorcarp.address.AddressPrefix;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.List;

/**
 * A network in which the pair has virtual addresses.
 *
 * @param name of the virtual host: wan, lan, or lan2 and so on
 * @param carpdev the interface in it
 * @param addresses virtual ones, at least one
 * @param outside whether connections are opened to it rather than from it
 */
public record Segment(String name, String carpdev, List<AddressPrefix> addresses, boolean outside) {
    public Segment {
        addresses = List.copyOf(addresses);
    }

    /** Those of IPv4. */
    List<AddressPrefix> v4() {
        return addresses.stream()
                .filter(prefix -> prefix.address() instanceof Inet4Address)
                .toList();
    }

    /** Those of IPv6. */
    List<AddressPrefix> v6() {
        return addresses.stream()
                .filter(prefix -> prefix.address() instanceof Inet6Address)
                .toList();
    }
}
