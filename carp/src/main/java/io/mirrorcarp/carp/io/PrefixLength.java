// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.netio.route.LinkAddress;
import io.mirrorcarp.netio.route.Rtnetlink;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The prefix length that the kernel gets: /32 or /128 where the carpdev has an address of its own in the subnet, so that the route to the subnet
 * stays as it is and does not come and go with the role. Where it has none, the virtual address brings the route.
 *
 * <p>Loops instead of streams, here and wherever addresses are taken: a lambda that runs for the first time costs most of a millisecond, and the first time
 * is a failover.
 */
final class PrefixLength {
    private final List<LinkAddress> own;

    private PrefixLength(List<LinkAddress> own) {
        this.own = own;
    }

    /** By the addresses that the carpdev has now, those of the plan not counted. */
    static PrefixLength on(Rtnetlink route, int carpdevIndex, AddressPlan plan) throws IOException {
        List<LinkAddress> own = new ArrayList<>();
        for (LinkAddress address : route.addresses()) {
            if (address.ifindex() == carpdevIndex && address.prefixLength() > 0 && !plan.has(address.address())) {
                own.add(address);
            }
        }
        return new PrefixLength(own);
    }

    int of(VirtualAddress virtual) {
        InetAddress address = virtual.address();
        for (LinkAddress other : own) {
            if (other.subnetContains(address)) {
                return address.getAddress().length * 8;
            }
        }
        return virtual.prefixLength();
    }
}
