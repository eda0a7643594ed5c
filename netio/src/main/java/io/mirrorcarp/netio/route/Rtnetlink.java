// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.NetlinkExchange;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Interfaces and addresses, listed and changed through rtnetlink(7), in the network namespace of the thread that opened it. Each call
 * blocks until the kernel has done it. For one thread at a time.
 */
public final class Rtnetlink implements AutoCloseable {
    private static final int DUMP_ATTEMPTS = 10;

    /** Of IFLA_IFNAME, with which the kernel looks for names of both kinds. */
    private static final int MAXIMUM_NAME_LENGTH = 15;

    private final NetlinkExchange exchange;

    private Rtnetlink(NetlinkExchange exchange) {
        this.exchange = exchange;
    }

    /** Opens it. */
    public static Rtnetlink open() throws ErrnoException {
        return new Rtnetlink(NetlinkExchange.open(Netlink.PROTOCOL_ROUTE));
    }

    /** All interfaces. */
    public List<Link> links() throws ErrnoException {
        return dump("list interfaces", RouteMessages.GETLINK, RouteMessages.LINK_HEADER, RouteMessages::readLink);
    }

    /** All addresses of both families. */
    public List<LinkAddress> addresses() throws ErrnoException {
        return dump("list addresses", RouteMessages.GETADDR, RouteMessages.ADDRESS_HEADER, RouteMessages::readAddress);
    }

    private <T> List<T> dump(String what, int type, int headerLength, Function<NetlinkReader, @Nullable T> read)
            throws ErrnoException {
        List<T> entries = new ArrayList<>();
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            entries.clear();
            NetlinkWriter request = exchange.begin(type, Netlink.DUMP);
            for (int i = 0; i < headerLength; i += 4) {
                request.headerI32(0);
            }
            boolean consistent = exchange.dump(what, message -> {
                T entry = read.apply(message);
                if (entry != null) {
                    entries.add(entry);
                }
            });
            if (consistent) {
                return entries;
            }
        }
        throw new ErrnoException(what, Errno.EBUSY);
    }

    /** The interface with that name, or with that alternative name (ip-link(8), altname). */
    public Optional<Link> link(String name) throws ErrnoException {
        NetlinkWriter request = linkRequest(exchange.begin(RouteMessages.GETLINK, 0), 0, 0, 0);
        request.string(
                name.length() > MAXIMUM_NAME_LENGTH ? RouteMessages.IFLA_ALT_IFNAME : RouteMessages.IFLA_IFNAME, name);
        return oneLink("find interface " + name);
    }

    /** The interface with that number. */
    public Optional<Link> link(int index) throws ErrnoException {
        linkRequest(exchange.begin(RouteMessages.GETLINK, 0), index, 0, 0);
        return oneLink("find interface " + index);
    }

    private Optional<Link> oneLink(String what) throws ErrnoException {
        List<Link> found = new ArrayList<>();
        int errno = exchange.request(what, message -> {
            Link link = RouteMessages.readLink(message);
            if (link != null) {
                found.add(link);
            }
        });
        exchange.requireSuccess(what, errno, Errno.ENODEV);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
    }

    /** {@code struct ifinfomsg}. */
    private static NetlinkWriter linkRequest(NetlinkWriter message, int index, int flags, int changeMask) {
        return message.headerI32(0).headerI32(index).headerI32(flags).headerI32(changeMask);
    }

    /**
     * Adds an address. An IPv6 address is usable at once: duplicate address detection is skipped.
     *
     * @param prefixRoute whether the kernel makes a route to the subnet through the interface
     * @return false where it was there already
     */
    public boolean addAddress(int ifindex, InetAddress address, int prefixLength, boolean prefixRoute)
            throws ErrnoException {
        int flags = (address instanceof Inet4Address ? 0 : RouteMessages.IFA_F_NODAD)
                | (prefixRoute ? 0 : RouteMessages.IFA_F_NOPREFIXROUTE);
        String what = "add address " + address.getHostAddress() + "/" + prefixLength + " to interface " + ifindex;
        addressRequest(RouteMessages.NEWADDR, Netlink.CREATE | Netlink.EXCLUSIVE, ifindex, address, prefixLength)
                .i32(RouteMessages.IFA_FLAGS, flags);
        return exchange.require(what, Errno.EEXIST);
    }

    /**
     * Removes an address.
     *
     * @return false where it was not there, or the interface is gone
     */
    public boolean deleteAddress(int ifindex, InetAddress address, int prefixLength) throws ErrnoException {
        String what = "remove address " + address.getHostAddress() + "/" + prefixLength + " from interface " + ifindex;
        addressRequest(RouteMessages.DELADDR, 0, ifindex, address, prefixLength);
        return exchange.require(what, Errno.EADDRNOTAVAIL, Errno.ENODEV);
    }

    private NetlinkWriter addressRequest(int type, int flags, int ifindex, InetAddress address, int prefixLength) {
        byte[] bytes = address.getAddress();
        return exchange.begin(type, flags)
                .headerU8(bytes.length == 4 ? RouteMessages.AF_INET : RouteMessages.AF_INET6)
                .headerU8(prefixLength)
                .headerU8(0)
                .headerU8(0)
                .headerI32(ifindex)
                .bytes(RouteMessages.IFA_LOCAL, bytes)
                .bytes(RouteMessages.IFA_ADDRESS, bytes);
    }

    @Override
    public void close() {
        exchange.close();
    }
}
