// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.NetlinkExchange;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Routes that the kernel changes when addresses go, as they are, to be put back later. With the last IPv4 address of an interface it forgets all IPv4 routes through it; with any IPv4 address those whose
 * preferred source it is, through whatever interface; and an IPv6 route loses that source.
 */
public final class KeptRoutes {
    /** Those of ip(8), and of ifupdown, networkd and NetworkManager. Routing daemons look after their own. */
    private static final int[] BY_HAND = {RouteMessages.RTPROT_BOOT, RouteMessages.RTPROT_STATIC};

    private KeptRoutes() {}

    /**
     * IPv4 routes through an interface, in all tables, those with several next hops too. The kernel looks through all routes for that, and tells only these.
     *
     * @param exceptProtocol who makes routes that are not to be kept
     */
    public static Set<KeptRoute> through(int ifindex, int exceptProtocol) throws ErrnoException {
        Set<KeptRoute> kept = new LinkedHashSet<>();
        try (NetlinkExchange exchange = NetlinkExchange.open(Netlink.PROTOCOL_ROUTE)) {
            exchange.setStrict();
            begin(exchange, RouteMessages.AF_INET, 0).i32(RouteMessages.RTA_OIF, ifindex);
            exchange.dump("list the routes through interface " + ifindex, message -> {
                KeptRoute route = KeptRoute.read(message, exceptProtocol);
                if (route != null && route.isThrough(ifindex)) {
                    kept.add(route);
                }
            });
        }
        return kept;
    }

    /**
     * The administrator's routes of both families with one of these as preferred source, in all tables.
     *
     * @param exceptProtocol who makes routes that are not to be kept
     */
    public static Set<KeptRoute> from(Set<InetAddress> sources, int exceptProtocol) throws ErrnoException {
        Set<KeptRoute> kept = new LinkedHashSet<>();
        try (NetlinkExchange exchange = NetlinkExchange.open(Netlink.PROTOCOL_ROUTE)) {
            exchange.setStrict();
            for (int family : families(sources)) {
                for (int protocol : BY_HAND) {
                    begin(exchange, family, protocol);
                    exchange.dump("list the routes by hand", message -> {
                        KeptRoute route = KeptRoute.read(message, exceptProtocol);
                        if (route != null && route.isFrom(sources)) {
                            kept.add(route);
                        }
                    });
                }
            }
        }
        return kept;
    }

    private static List<Integer> families(Set<InetAddress> addresses) {
        boolean ipv6 = addresses.stream().anyMatch(Inet6Address.class::isInstance);
        boolean ipv4 = addresses.stream().anyMatch(address -> !(address instanceof Inet6Address));
        List<Integer> families = new ArrayList<>();
        if (ipv4) {
            families.add(RouteMessages.AF_INET);
        }
        if (ipv6) {
            families.add(RouteMessages.AF_INET6);
        }
        return families;
    }

    /** @param protocol 0 for any */
    private static NetlinkWriter begin(NetlinkExchange exchange, int family, int protocol) {
        NetlinkWriter request =
                exchange.begin(RouteMessages.GETROUTE, Netlink.DUMP).headerU8(family);
        for (int i = 1; i < RouteMessages.ROUTE_HEADER; i++) {
            request.headerU8(i == KeptRoute.PROTOCOL ? protocol : 0);
        }
        return request;
    }

    /**
     * Puts them back, each unless it is there.
     *
     * @return those that could not be put yet, since an address is missing that they need
     * @throws ErrnoException for the first that failed otherwise; the others have been tried
     */
    public static List<KeptRoute> put(Collection<KeptRoute> routes) throws ErrnoException {
        List<KeptRoute> left = new ArrayList<>();
        ErrnoException first = null;
        try (NetlinkExchange exchange = NetlinkExchange.open(Netlink.PROTOCOL_ROUTE)) {
            for (KeptRoute route : routes) {
                try {
                    if (!route.put(exchange)) {
                        left.add(route);
                    }
                } catch (ErrnoException e) {
                    first = first == null ? e : first;
                }
            }
        }
        if (first != null) {
            throw first;
        }
        return left;
    }
}
