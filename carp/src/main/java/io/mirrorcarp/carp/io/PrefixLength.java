// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.netio.route.LinkAddress;
import io.mirrorcarp.netio.route.Rtnetlink;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/**
 * The prefix length that the kernel gets: /32 or /128 where the carpdev has an address of its own in the subnet, so that the route to the subnet
 * stays as it is and does not come and go with the role. Where it has none, the virtual address brings the route.
 */
final class PrefixLength {
    private final List<LinkAddress> own;

    private PrefixLength(List<LinkAddress> own) {
        this.own = own;
    }

    /** By the addresses that the carpdev has now, those of the plan not counted. */
    static PrefixLength on(Rtnetlink route, int carpdevIndex, AddressPlan plan) throws IOException {
        return new PrefixLength(route.addresses().stream()
                .filter(address -> address.ifindex() == carpdevIndex && address.prefixLength() > 0)
                .filter(address -> !plan.has(address.address()))
                .toList());
    }

    int of(VirtualAddress virtual) {
        InetAddress address = virtual.address();
        boolean subnetIsThere = own.stream().anyMatch(other -> other.subnetContains(address));
        return subnetIsThere ? address.getAddress().length * 8 : virtual.prefixLength();
    }
}
