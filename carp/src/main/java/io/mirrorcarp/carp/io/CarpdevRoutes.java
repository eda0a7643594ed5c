// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.Route;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The routes that go with virtual addresses: to their subnets, which the addresses themselves do not bring, since they are put as single ones. Their metric is larger than
 * any other program's: where the carpdev has an address of its own in the subnet, the kernel's route is taken, from the moment at which that address comes until it goes.
 */
final class CarpdevRoutes {
    /** {@code proto} of the routes: the IP protocol number of CARP. */
    static final int PROTOCOL = 112;

    /** NetworkManager goes up to some 21,000. */
    static final int SUBNET_METRIC = 65_535;

    private CarpdevRoutes() {}

    /** One route to each subnet of a plan, from the first of its addresses there. */
    static Set<Route> of(Collection<AddressPlan> plans, Link carpdev, int table) {
        Set<Route> routes = new LinkedHashSet<>();
        for (AddressPlan plan : plans) {
            Map<String, Boolean> seen = new HashMap<>();
            for (VirtualAddress virtual : plan.addresses()) {
                InetAddress subnet = subnet(virtual);
                boolean single = virtual.prefixLength() == subnet.getAddress().length * 8;
                if (!single && seen.put(subnet + "/" + virtual.prefixLength(), true) == null) {
                    routes.add(new Route(
                            carpdev.index(),
                            subnet,
                            virtual.prefixLength(),
                            null,
                            virtual.address(),
                            SUBNET_METRIC,
                            table,
                            PROTOCOL));
                }
            }
        }
        return routes;
    }

    private static InetAddress subnet(VirtualAddress virtual) {
        byte[] bytes = virtual.address().getAddress();
        for (int bit = virtual.prefixLength(); bit < bytes.length * 8; bit++) {
            bytes[bit >>> 3] &= (byte) ~(0x80 >>> (bit & 7));
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }
}
