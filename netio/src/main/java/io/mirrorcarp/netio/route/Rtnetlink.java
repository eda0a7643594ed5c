// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.MacAddress;
import io.mirrorcarp.netio.NetlinkExchange;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Interfaces and addresses, listed and changed through rtnetlink(7), in the network namespace of the thread that opened it. Each call
 * blocks until the kernel has done it: at once, but removing an interface can take tens of milliseconds. For one thread at a time.
 */
public final class Rtnetlink implements AutoCloseable {
    private static final int DUMP_ATTEMPTS = 10;

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

    /** The interface with that name. */
    public Optional<Link> link(String name) throws ErrnoException {
        NetlinkWriter request = linkRequest(exchange.begin(RouteMessages.GETLINK, 0), 0, 0, 0);
        request.string(RouteMessages.IFLA_IFNAME, name);
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
        requireSuccess(what, errno, Errno.ENODEV);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
    }

    /** {@code struct ifinfomsg}. */
    private static NetlinkWriter linkRequest(NetlinkWriter message, int index, int flags, int changeMask) {
        return message.headerI32(0).headerI32(index).headerI32(flags).headerI32(changeMask);
    }

    /**
     * Makes a macvlan in bridge mode, down. Its alias is set in the same call to the kernel, so that a process that dies leaves none without it.
     *
     * @param name for the new interface, 1 to 15 characters
     * @param parentIndex the Ethernet interface to make it on
     * @param mac its address. Whether another interface on the parent has it, the kernel looks when it is set up
     * @param alias the mark to find it by
     * @throws ErrnoException with {@code EEXIST} where the name is taken
     */
    public Link createMacvlan(String name, int parentIndex, MacAddress mac, String alias) throws ErrnoException {
        String what = "create macvlan " + name;
        NetlinkWriter message = exchange.begin(RouteMessages.NEWLINK, Netlink.CREATE | Netlink.EXCLUSIVE);
        linkRequest(message, 0, 0, 0)
                .i32(RouteMessages.IFLA_LINK, parentIndex)
                .bytes(RouteMessages.IFLA_ADDRESS, mac.bytes())
                .string(RouteMessages.IFLA_IFNAME, name)
                .beginNest(RouteMessages.IFLA_LINKINFO)
                .string(RouteMessages.IFLA_INFO_KIND, "macvlan")
                .beginNest(RouteMessages.IFLA_INFO_DATA)
                .i32(RouteMessages.IFLA_MACVLAN_MODE, RouteMessages.MACVLAN_MODE_BRIDGE)
                .endNest()
                .endNest();
        linkRequest(exchange.then(RouteMessages.SETLINK, 0), 0, 0, 0)
                .string(RouteMessages.IFLA_IFNAME, name)
                .string(RouteMessages.IFLA_IFALIAS, alias);
        linkRequest(exchange.then(RouteMessages.GETLINK, 0), 0, 0, 0).string(RouteMessages.IFLA_IFNAME, name);
        return oneLink(what).orElseThrow(() -> new ErrnoException(what, Errno.ENODEV));
    }

    /**
     * Keeps an interface from giving itself an IPv6 link-local address when it is set up.
     *
     * @throws ErrnoException with {@code EAFNOSUPPORT} where it has no IPv6
     */
    public void disableLinkLocal(int index) throws ErrnoException {
        String what = "disable the link-local address of interface " + index;
        linkRequest(exchange.begin(RouteMessages.SETLINK, 0), index, 0, 0)
                .beginNest(RouteMessages.IFLA_AF_SPEC)
                .beginNest(RouteMessages.AF_INET6)
                .u8(RouteMessages.IFLA_INET6_ADDR_GEN_MODE, RouteMessages.ADDR_GEN_MODE_NONE)
                .endNest()
                .endNest();
        requireSuccess(what, exchange.request(what));
    }

    /**
     * Changes settings of an interface, all in one call to the kernel: files below {@code /proc/sys} are one each.
     *
     * @throws ErrnoException with {@code EAFNOSUPPORT} where it has no IPv4, with {@code ENODEV} where there is none
     */
    public void setIpv4(int index, Map<Ipv4Setting, Integer> settings) throws ErrnoException {
        String what = "set IPv4 of interface " + index + " to " + settings;
        NetlinkWriter message = linkRequest(exchange.begin(RouteMessages.SETLINK, 0), index, 0, 0)
                .beginNest(RouteMessages.IFLA_AF_SPEC)
                .beginNest(RouteMessages.AF_INET)
                .beginNest(RouteMessages.IFLA_INET_CONF);
        for (Map.Entry<Ipv4Setting, Integer> setting : settings.entrySet()) {
            message.i32(setting.getKey().number(), setting.getValue());
        }
        message.endNest().endNest().endNest();
        requireSuccess(what, exchange.request(what));
    }

    /** Sets an interface up or down. */
    public void setUp(int index, boolean up) throws ErrnoException {
        String what = "set interface " + index + (up ? " up" : " down");
        linkRequest(
                exchange.begin(RouteMessages.NEWLINK, 0), index, up ? RouteMessages.IFF_UP : 0, RouteMessages.IFF_UP);
        requireSuccess(what, exchange.request(what));
    }

    /**
     * Removes an interface with its addresses.
     *
     * @return false where there is none
     */
    public boolean deleteLink(int index) throws ErrnoException {
        String what = "remove interface " + index;
        linkRequest(exchange.begin(RouteMessages.DELLINK, 0), index, 0, 0);
        return requireSuccess(what, exchange.request(what), Errno.ENODEV);
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
        return requireSuccess(what, exchange.request(what), Errno.EEXIST);
    }

    /**
     * Removes an address.
     *
     * @return false where it was not there, or the interface is gone
     */
    public boolean deleteAddress(int ifindex, InetAddress address, int prefixLength) throws ErrnoException {
        String what = "remove address " + address.getHostAddress() + "/" + prefixLength + " from interface " + ifindex;
        addressRequest(RouteMessages.DELADDR, 0, ifindex, address, prefixLength);
        return requireSuccess(what, exchange.request(what), Errno.EADDRNOTAVAIL, Errno.ENODEV);
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

    /** True for success, false for an errno that is no fault here; else the exception. */
    private boolean requireSuccess(String what, int errno, int... tolerated) throws ErrnoException {
        if (errno == 0) {
            return true;
        }
        for (int harmless : tolerated) {
            if (errno == harmless) {
                return false;
            }
        }
        throw new ErrnoException(what, errno, exchange.kernelMessage());
    }

    @Override
    public void close() {
        exchange.close();
    }
}
