// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.NetlinkExchange;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's neighbours, which it finds with ARP and neighbour discovery (arp(7); include/uapi/linux/neighbour.h), in the network namespace of the thread that opened
 * it. Each call is answered at once. For one thread at a time.
 *
 * <p>{@code struct ndmsg}: family u8, pad u8, pad u16, ifindex i32, state u16, flags u8, type u8.
 */
public final class Neighbours implements AutoCloseable {
    private static final int NEWNEIGH = 28;
    private static final int GETNEIGH = 30;
    private static final int NDA_DST = 1;

    private static final int NUD_NONE = 0x00;
    private static final int NUD_INCOMPLETE = 0x01;
    private static final int NUD_REACHABLE = 0x02;
    private static final int NUD_PROBE = 0x10;
    private static final int NUD_FAILED = 0x20;
    private static final int NUD_NOARP = 0x40;
    private static final int NUD_PERMANENT = 0x80;

    /** The kernel looks for the neighbour as if it had a packet for it. */
    private static final int NTF_USE = 0x01;

    private static final int ANSWERED = NUD_REACHABLE | NUD_NOARP | NUD_PERMANENT;
    private static final int UNKNOWN = NUD_INCOMPLETE | NUD_FAILED;

    private final NetlinkExchange exchange;

    private Neighbours(NetlinkExchange exchange) {
        this.exchange = exchange;
    }

    /** A next hop. */
    public record Hop(int ifindex, InetAddress address) {}

    /** Opens it. */
    public static Neighbours open() throws ErrnoException {
        return new Neighbours(NetlinkExchange.open(Netlink.PROTOCOL_ROUTE));
    }

    /**
     * The next hops of the IPv4 default route, or where there is none of the IPv6 one: of several routes that with the smallest metric. Empty where there is no default route, an empty list where it
     * has no next hop.
     */
    public Optional<List<Hop>> defaultHops() throws ErrnoException {
        Optional<List<Hop>> hops = defaultHops(RouteMessages.AF_INET);
        return hops.isPresent() ? hops : defaultHops(RouteMessages.AF_INET6);
    }

    private Optional<List<Hop>> defaultHops(int family) throws ErrnoException {
        List<DefaultRoute> routes = new ArrayList<>();
        NetlinkWriter request = exchange.begin(RouteMessages.GETROUTE, Netlink.DUMP);
        request.headerU8(family).headerU8(0).headerU16(0).headerI32(0).headerI32(0);
        exchange.dump("list routes", message -> {
            DefaultRoute route = DefaultRoute.read(message);
            if (route != null) {
                routes.add(route);
            }
        });
        return routes.stream()
                .min(Comparator.comparingLong(DefaultRoute::metric))
                .map(DefaultRoute::hops);
    }

    /** The interface through which an address is a direct neighbour, or what is between; empty where there is no route to it. */
    public Optional<Hop> hop(InetAddress address) throws ErrnoException {
        List<Hop> hops = new ArrayList<>();
        byte[] bytes = address.getAddress();
        NetlinkWriter request = exchange.begin(RouteMessages.GETROUTE, 0);
        request.headerU8(bytes.length == 4 ? RouteMessages.AF_INET : RouteMessages.AF_INET6)
                .headerU8(bytes.length * 8)
                .headerU16(0)
                .headerI32(0)
                .headerI32(0)
                .bytes(RouteMessages.RTA_DST, bytes);
        int errno = exchange.request("look the route up", message -> {
            Hop hop = readHop(message, address);
            if (hop != null) {
                hops.add(hop);
            }
        });
        exchange.requireSuccess("look the route up", errno, Errno.ENETUNREACH, Errno.EHOSTUNREACH);
        return hops.stream().findFirst();
    }

    private static @Nullable Hop readHop(NetlinkReader message, InetAddress address) {
        if (message.type() != RouteMessages.NEWROUTE || !message.attributes(RouteMessages.ROUTE_HEADER)) {
            return null;
        }
        InetAddress hop = address;
        int ifindex = 0;
        while (message.nextAttribute()) {
            switch (message.attributeType()) {
                case RouteMessages.RTA_GATEWAY -> hop = RouteMessages.inetAddress(message.bytes());
                case RouteMessages.RTA_OIF -> ifindex = message.i32();
                default -> {}
            }
        }
        return message.malformed() || ifindex == 0 ? null : new Hop(ifindex, hop);
    }

    /** Lets the kernel ask whether the neighbour is there: anew, where it knows it already. Does not wait for the answer. */
    public void ask(Hop hop) throws ErrnoException {
        int state = state(hop);
        boolean known = state != NUD_NONE && (state & UNKNOWN) == 0;
        if (known && (state & (NUD_NOARP | NUD_PERMANENT)) != 0) {
            return;
        }
        NetlinkWriter request = exchange.begin(NEWNEIGH, known ? Netlink.REPLACE : Netlink.CREATE);
        neighbour(request, hop, known ? NUD_PROBE : NUD_NONE, known ? 0 : NTF_USE);
        int errno = exchange.request("ask for neighbour " + hop.address().getHostAddress());
        if (errno != 0 && errno != Errno.ENOENT) {
            throw new ErrnoException("ask for a neighbour", errno, exchange.kernelMessage());
        }
    }

    /** Whether the neighbour has answered since it was asked, or is one that the kernel never asks. */
    public boolean hasAnswered(Hop hop) throws ErrnoException {
        return (state(hop) & ANSWERED) != 0;
    }

    private int state(Hop hop) throws ErrnoException {
        int[] state = new int[1];
        neighbour(exchange.begin(GETNEIGH, 0), hop, 0, 0);
        int errno = exchange.request("look a neighbour up", message -> {
            if (message.type() == NEWNEIGH) {
                state[0] = message.bodyU16(8);
            }
        });
        exchange.requireSuccess("look a neighbour up", errno, Errno.ENOENT);
        return state[0];
    }

    private static void neighbour(NetlinkWriter request, Hop hop, int state, int flags) {
        byte[] bytes = hop.address().getAddress();
        request.headerU8(bytes.length == 4 ? RouteMessages.AF_INET : RouteMessages.AF_INET6)
                .headerU8(0)
                .headerU16(0)
                .headerI32(hop.ifindex())
                .headerU16(state)
                .headerU8(flags)
                .headerU8(0)
                .bytes(NDA_DST, bytes);
    }

    @Override
    public void close() {
        exchange.close();
    }
}
