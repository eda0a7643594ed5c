// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.route.Neighbours.Hop;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A default route of the main table.
 *
 * @param hops its next hops; none where what it carries is given to an interface, as to a tunnel
 * @param metric the smallest one counts
 */
record DefaultRoute(List<Hop> hops, long metric) {
    /** {@code struct rtvia}: family u16, address. */
    private static final int RTA_VIA = 18;

    private static final int VIA_ADDRESS = 2;
    private static final int ATTRIBUTE_HEADER = 4;
    private static final int HOP_IFINDEX = 4;

    DefaultRoute {
        hops = List.copyOf(hops);
    }

    /**
     * Reads a route message. {@code struct rtmsg}: family, destination length, source length, tos, table, protocol, scope, type u8 each, flags u32.
     *
     * @return null for another route
     */
    static @Nullable DefaultRoute read(NetlinkReader message) {
        boolean unicast = message.bodyU8(1) == 0 && message.bodyU8(7) == RouteMessages.RTN_UNICAST;
        if (message.type() != RouteMessages.NEWROUTE || !unicast || !message.attributes(RouteMessages.ROUTE_HEADER)) {
            return null;
        }
        List<Hop> hops = new ArrayList<>();
        InetAddress gateway = null;
        int table = message.bodyU8(4);
        int ifindex = 0;
        int metric = 0;
        while (message.nextAttribute()) {
            switch (message.attributeType()) {
                case RouteMessages.RTA_GATEWAY -> gateway = RouteMessages.inetAddress(message.bytes());
                case RTA_VIA -> gateway = via(message.bytes());
                case RouteMessages.RTA_OIF -> ifindex = message.i32();
                case RouteMessages.RTA_PRIORITY -> metric = message.i32();
                case RouteMessages.RTA_TABLE -> table = message.i32();
                case RouteMessages.RTA_MULTIPATH -> addHops(message.bytes(), hops);
                default -> {}
            }
        }
        if (gateway != null && ifindex > 0) {
            hops.add(new Hop(ifindex, gateway));
        }
        return message.malformed() || table != Route.MAIN_TABLE
                ? null
                : new DefaultRoute(hops, Integer.toUnsignedLong(metric));
    }

    private static InetAddress via(byte[] via) {
        return RouteMessages.inetAddress(Arrays.copyOfRange(via, VIA_ADDRESS, via.length));
    }

    /** {@code struct rtnexthop}: length u16, flags u8, hops u8, ifindex i32, and attributes of its own. */
    private static void addHops(byte[] multipath, List<Hop> hops) {
        ByteBuffer buffer = ByteBuffer.wrap(multipath).order(ByteOrder.nativeOrder());
        int at = 0;
        while (at + RouteMessages.RTNEXTHOP_HEADER <= multipath.length) {
            int end = Math.min(at + Short.toUnsignedInt(buffer.getShort(at)), multipath.length);
            if (end < at + RouteMessages.RTNEXTHOP_HEADER) {
                return;
            }
            InetAddress gateway = gateway(buffer, at + RouteMessages.RTNEXTHOP_HEADER, end);
            if (gateway != null) {
                hops.add(new Hop(buffer.getInt(at + HOP_IFINDEX), gateway));
            }
            at = aligned(end);
        }
    }

    private static @Nullable InetAddress gateway(ByteBuffer attributes, int from, int end) {
        int at = from;
        while (at + ATTRIBUTE_HEADER <= end) {
            int length = Short.toUnsignedInt(attributes.getShort(at));
            if (length < ATTRIBUTE_HEADER || at + length > end) {
                return null;
            }
            byte[] value = new byte[length - ATTRIBUTE_HEADER];
            attributes.get(at + ATTRIBUTE_HEADER, value);
            switch (attributes.getShort(at + 2)) {
                case RouteMessages.RTA_GATEWAY -> {
                    return RouteMessages.inetAddress(value);
                }
                case RTA_VIA -> {
                    return via(value);
                }
                default -> at = aligned(at + length);
            }
        }
        return null;
    }

    private static int aligned(int length) {
        return (length + 3) & ~3;
    }
}
