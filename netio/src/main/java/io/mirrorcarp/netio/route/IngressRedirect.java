// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.NetlinkExchange;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Lets every frame that comes in by one interface come in by another: traffic control with the action mirred, {@code ingress redirect} (tc-mirred(8)). The kernel takes
 * the connection tracking entry off a frame that it redirects, so it looks for it anew.
 *
 * <p>Numbers and structures: include/uapi/linux/rtnetlink.h, pkt_sched.h, pkt_cls.h, tc_act/tc_mirred.h.
 */
public final class IngressRedirect {
    private static final int PRIORITY = 1;

    private static final int U32_SELECTOR = 5;
    private static final int U32_ACTION = 7;
    /** Terminal, one key whose mask is 0: it matches all. */
    private static final byte[] MATCH_ALL = new byte[32];

    private static final int FIRST_ACTION = 1;
    private static final int ACTION_KIND = 1;
    private static final int ACTION_OPTIONS = 2;
    private static final int MIRRED_PARAMETERS = 2;
    private static final int MIRRED_BYTES = 28;
    private static final int STOLEN = 4;
    private static final int INGRESS_REDIRECT = 3;

    private static final int IFF_UP = 1;
    private static final int IFF_NOARP = 0x80;
    /** {@code IN6_ADDR_GEN_MODE_NONE}: no link-local address. */
    private static final int NO_ADDRESS = 1;

    private static final int INET6_ADDRESS_MODE = 8;

    static {
        MATCH_ALL[0] = 1;
        MATCH_ALL[2] = 1;
    }

    private IngressRedirect() {}

    /**
     * Gives an interface that is down a MAC address, the redirection to another, and sets it up without addresses of its own. In the network namespace of the calling
     * thread.
     *
     * @param from the interface, which nothing else has configured
     * @param mac that of {@code to}, so that the frames are addressed to both
     * @throws ErrnoException ENOENT where the kernel has no {@code cls_u32}, {@code act_mirred} or {@code sch_ingress}
     */
    public static void make(Link from, MacAddress mac, int to) throws ErrnoException {
        try (NetlinkExchange exchange = NetlinkExchange.open(Netlink.PROTOCOL_ROUTE)) {
            link(exchange, from.index(), 0).bytes(RouteMessages.IFLA_ADDRESS, mac.octets());
            exchange.require("give " + from.name() + " the MAC address " + mac);
            withoutAddresses(exchange, from);
            control(
                            exchange,
                            TrafficControl.NEWQDISC,
                            from.index(),
                            TrafficControl.HANDLE_INGRESS,
                            TrafficControl.PARENT_INGRESS,
                            0)
                    .string(TrafficControl.KIND, "ingress");
            exchange.require("make the ingress of " + from.name());
            filter(exchange, from.index(), to);
            exchange.require("redirect " + from.name());
            link(exchange, from.index(), IFF_UP | IFF_NOARP);
            exchange.require("set " + from.name() + " up");
        }
    }

    private static void withoutAddresses(NetlinkExchange exchange, Link from) throws ErrnoException {
        link(exchange, from.index(), 0)
                .beginNest(RouteMessages.IFLA_AF_SPEC)
                .beginNest(RouteMessages.AF_INET6)
                .u8(INET6_ADDRESS_MODE, NO_ADDRESS)
                .endNest()
                .endNest();
        // A kernel without IPv6 gives it none.
        exchange.require("keep " + from.name() + " without an IPv6 address", Errno.EAFNOSUPPORT);
    }

    private static void filter(NetlinkExchange exchange, int from, int to) {
        control(
                        exchange,
                        TrafficControl.NEWTFILTER,
                        from,
                        0,
                        TrafficControl.HANDLE_INGRESS,
                        TrafficControl.information(PRIORITY))
                .string(TrafficControl.KIND, "u32")
                .beginNest(TrafficControl.OPTIONS)
                .bytes(U32_SELECTOR, MATCH_ALL)
                .beginNest(U32_ACTION)
                .beginNest(FIRST_ACTION)
                .string(ACTION_KIND, "mirred")
                .beginNest(ACTION_OPTIONS)
                .bytes(MIRRED_PARAMETERS, redirect(to))
                .endNest()
                .endNest()
                .endNest()
                .endNest();
    }

    /** {@code struct tc_mirred}: index u32, capabilities u32, action i32, two counts i32, what it does i32, to which interface u32. */
    private static byte[] redirect(int to) {
        byte[] parameters = new byte[MIRRED_BYTES];
        ByteBuffer.wrap(parameters)
                .order(ByteOrder.nativeOrder())
                .putInt(8, STOLEN)
                .putInt(20, INGRESS_REDIRECT)
                .putInt(24, to);
        return parameters;
    }

    /** {@code struct ifinfomsg}. */
    private static NetlinkWriter link(NetlinkExchange exchange, int index, int flags) {
        return exchange.begin(RouteMessages.NEWLINK, 0)
                .headerI32(0)
                .headerI32(index)
                .headerI32(flags)
                .headerI32(flags);
    }

    private static NetlinkWriter control(
            NetlinkExchange exchange, int type, int index, int handle, int parent, int information) {
        int flags = Netlink.CREATE | Netlink.EXCLUSIVE;
        return TrafficControl.begin(exchange, type, flags, index, handle, parent, information);
    }
}
