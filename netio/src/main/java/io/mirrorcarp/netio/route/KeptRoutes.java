// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.NetlinkExchange;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * IPv4 routes through an interface, as they are, to be put back later: the kernel forgets all of them when the last address of the interface goes. Of routes with several next
 * hops, and of those that the kernel made itself, nothing is kept.
 */
public final class KeptRoutes {
    private static final int IFINDEX_BYTES = 4;
    /** Where the flags are in {@code struct rtmsg}. */
    private static final int FLAGS = 8;

    /** An attribute of a route message. */
    private static final class Attribute {
        private final int type;
        private final byte[] value;

        Attribute(int type, byte[] value) {
            this.type = type;
            this.value = value;
        }
    }

    /** One route: the eight bytes before the flags of {@code struct rtmsg}, then attributes. */
    private record Kept(List<Integer> header, int flags, List<Attribute> attributes) {}

    private final List<Kept> routes;

    private KeptRoutes(List<Kept> routes) {
        this.routes = routes;
    }

    /** None. */
    public static KeptRoutes none() {
        return new KeptRoutes(List.of());
    }

    /** How many there are. */
    public int size() {
        return routes.size();
    }

    /**
     * Those through an interface, in all tables. The kernel looks through all routes for that, and tells only these.
     *
     * @param exceptProtocol who makes routes that are not to be kept
     */
    public static KeptRoutes through(int ifindex, int exceptProtocol) throws ErrnoException {
        try (NetlinkExchange exchange = NetlinkExchange.open(Netlink.PROTOCOL_ROUTE)) {
            exchange.setStrict();
            NetlinkWriter request =
                    exchange.begin(RouteMessages.GETROUTE, Netlink.DUMP).headerU8(RouteMessages.AF_INET);
            for (int i = 1; i < RouteMessages.ROUTE_HEADER; i++) {
                request.headerU8(0);
            }
            request.i32(RouteMessages.RTA_OIF, ifindex);
            List<Kept> kept = new ArrayList<>();
            exchange.dump("list the routes through interface " + ifindex, message -> {
                Kept route = read(message, ifindex, exceptProtocol);
                if (route != null) {
                    kept.add(route);
                }
            });
            return new KeptRoutes(kept);
        }
    }

    private static @Nullable Kept read(NetlinkReader message, int ifindex, int exceptProtocol) {
        List<Integer> header = new ArrayList<>();
        for (int i = 0; i < FLAGS; i++) {
            header.add(message.bodyU8(i));
        }
        int protocol = message.bodyU8(5);
        boolean made = protocol == RouteMessages.RTPROT_KERNEL || protocol == exceptProtocol;
        int flags = message.bodyI32(FLAGS) & RouteMessages.RTNH_F_ONLINK;
        if (made || message.bodyU8(7) != RouteMessages.RTN_UNICAST || !message.attributes(RouteMessages.ROUTE_HEADER)) {
            return null;
        }
        List<Attribute> attributes = new ArrayList<>();
        boolean through = false;
        while (message.nextAttribute()) {
            int type = message.attributeType();
            if (type == RouteMessages.RTA_MULTIPATH || type == RouteMessages.RTA_NH_ID) {
                return null;
            }
            through |=
                    type == RouteMessages.RTA_OIF && message.valueLength() == IFINDEX_BYTES && message.i32() == ifindex;
            if (type != RouteMessages.RTA_CACHEINFO) {
                attributes.add(new Attribute(type, message.bytes()));
            }
        }
        return through && !message.malformed() ? new Kept(header, flags, attributes) : null;
    }

    /**
     * Puts them back, each unless it is there.
     *
     * @return how many were put
     */
    public int put() throws ErrnoException {
        int put = 0;
        try (NetlinkExchange exchange = NetlinkExchange.open(Netlink.PROTOCOL_ROUTE)) {
            for (Kept route : routes) {
                NetlinkWriter message = exchange.begin(RouteMessages.NEWROUTE, Netlink.CREATE | Netlink.EXCLUSIVE);
                for (int part : route.header()) {
                    message.headerU8(part);
                }
                message.headerI32(route.flags());
                for (Attribute attribute : route.attributes()) {
                    message.bytes(attribute.type, attribute.value);
                }
                int errno = exchange.request("put back a route");
                put += errno == 0 ? 1 : 0;
                if (errno != 0 && errno != Errno.EEXIST && errno != Errno.ENETUNREACH && errno != Errno.EINVAL) {
                    throw new ErrnoException("put back a route", errno, exchange.kernelMessage());
                }
            }
        }
        return put;
    }
}
