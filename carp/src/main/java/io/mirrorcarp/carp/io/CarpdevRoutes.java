// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.Route;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
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

    private static final int USUAL_METRIC_IPV6 = 1000;

    private CarpdevRoutes() {}

    /** One route to each subnet of a plan, from the first of its addresses there, and those that the plan names. */
    static Set<Route> of(Collection<AddressPlan> plans, Link carpdev, int table) {
        Set<Route> routes = new LinkedHashSet<>();
        for (AddressPlan plan : plans) {
            addSubnets(routes, plan, carpdev.index(), table);
            for (VirtualRoute named : plan.routes()) {
                routes.add(new Route(
                        carpdev.index(),
                        named.destination(),
                        named.prefixLength(),
                        named.gateway(),
                        source(plan, named.gateway()),
                        metric(named),
                        table,
                        PROTOCOL));
            }
        }
        return routes;
    }

    private static void addSubnets(Set<Route> routes, AddressPlan plan, int ifindex, int table) {
        Set<VirtualAddress> seen = new HashSet<>();
        for (VirtualAddress virtual : plan.addresses()) {
            VirtualAddress subnet = new VirtualAddress(subnet(virtual), virtual.prefixLength());
            boolean single = virtual.prefixLength() == subnet.address().getAddress().length * 8;
            if (!single && seen.add(subnet)) {
                routes.add(new Route(
                        ifindex,
                        subnet.address(),
                        subnet.prefixLength(),
                        null,
                        virtual.address(),
                        SUBNET_METRIC,
                        table,
                        PROTOCOL));
            }
        }
    }

    /** An address of the plan in the subnet of the gateway, or another of its family. */
    private static InetAddress source(AddressPlan plan, InetAddress gateway) {
        InetAddress source = null;
        for (VirtualAddress virtual : plan.addresses()) {
            if (AddressFamily.of(virtual.address()) != AddressFamily.of(gateway)) {
                continue;
            }
            if (subnet(virtual).equals(subnet(new VirtualAddress(gateway, virtual.prefixLength())))) {
                return virtual.address();
            }
            source = source == null ? virtual.address() : source;
        }
        if (source == null) {
            throw new IllegalArgumentException("no address of the family of " + gateway.getHostAddress());
        }
        return source;
    }

    /** Of IPv6 a metric that nobody else uses by default, so that no other route is replaced. */
    private static int metric(VirtualRoute named) {
        boolean usual = named.metric() == 0 && AddressFamily.of(named.gateway()) == AddressFamily.IPV6;
        return usual ? USUAL_METRIC_IPV6 : named.metric();
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
