// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.NetlinkExchange;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Addresses and routes that last for {@value #SECONDS} seconds and must be renewed within them: the kernel removes them 2.0 to 2.4 s after the last time.
 * So they do not outlive a process that dies or is stopped. Each call is one batch for the kernel, up to {@value #BATCH} of them.
 *
 * <p>The addresses have the length of a single host. So the kernel never counts an address of the host's own as secondary to one of these, which it would remove
 * with it. They are usable at once: there is no duplicate address detection. An IPv6 address is deprecated, so that it is no source of what the host itself sends.
 *
 * <p>In the network namespace of the thread that opened it. For one thread at a time.
 */
public final class Leases implements AutoCloseable {
    /** How long an address or route lasts. */
    public static final int SECONDS = 2;

    private static final int BATCH = 500;
    private static final int NEVER_USED = 0;

    private final NetlinkExchange exchange;
    private boolean begun;

    private Leases(NetlinkExchange exchange) {
        this.exchange = exchange;
    }

    /** Opens it. */
    public static Leases open() throws ErrnoException {
        return new Leases(NetlinkExchange.open(Netlink.PROTOCOL_ROUTE));
    }

    /**
     * Adds addresses that are not there.
     *
     * @return how many; one that is there already is left as it is
     * @throws ErrnoException with the first refusal; others may have been added
     */
    public int add(List<AddressLease> addresses) throws ErrnoException {
        return add(addresses, 0);
    }

    /**
     * Asks the kernel to add addresses in a way that it refuses: the flag of {@link #renew}. What else would be refused is told, and the code has run once.
     *
     * @throws ErrnoException where it is refused for another reason
     */
    public void rehearse(List<AddressLease> addresses) throws ErrnoException {
        add(addresses, RouteMessages.IFA_F_MCAUTOJOIN);
    }

    private int add(List<AddressLease> addresses, int addressFlags) throws ErrnoException {
        int[] refused = new int[1];
        for (List<AddressLease> some : batches(addresses)) {
            for (AddressLease address : some) {
                add(address, Netlink.CREATE | Netlink.EXCLUSIVE, addressFlags);
            }
            send(some, "add address ", (message, errno) -> {
                boolean harmless = errno == Errno.EEXIST || (addressFlags != 0 && errno == Errno.EINVAL);
                refused[0] += harmless ? 1 : 0;
                return harmless;
            });
        }
        return addresses.size() - refused[0];
    }

    /**
     * Renews addresses. One that is not there does not come back: the flag {@code IFA_F_MCAUTOJOIN}, which the kernel reads only when it adds an address, makes adding
     * one that is not multicast fail. {@code NLM_F_CREATE}, which would be for that, is not looked at.
     *
     * @return those that are not there
     */
    public List<AddressLease> renew(List<AddressLease> addresses) throws ErrnoException {
        List<AddressLease> gone = new ArrayList<>();
        for (List<AddressLease> some : batches(addresses)) {
            for (AddressLease address : some) {
                add(address, Netlink.REPLACE, RouteMessages.IFA_F_MCAUTOJOIN);
            }
            send(some, "renew address ", (message, errno) -> {
                boolean harmless = errno == Errno.EINVAL || errno == Errno.ENODEV || errno == Errno.ENXIO;
                if (harmless) {
                    gone.add(some.get(message));
                }
                return harmless;
            });
        }
        return gone;
    }

    /** Removes addresses. One that is not there, or whose interface is not, is none the worse. */
    public void remove(List<AddressLease> addresses) throws ErrnoException {
        for (List<AddressLease> some : batches(addresses)) {
            for (AddressLease address : some) {
                address(begin(RouteMessages.DELADDR, 0), address);
            }
            send(some, "remove address ", (message, errno) -> isGone(errno));
        }
    }

    /** ENXIO is that of an interface that has lost its IPv6, as one that is too small. */
    private static boolean isGone(int errno) {
        return errno == Errno.EADDRNOTAVAIL || errno == Errno.ENODEV || errno == Errno.ENXIO;
    }

    private void add(AddressLease lease, int flags, int addressFlags) {
        int lasting = RouteMessages.IFA_F_NOPREFIXROUTE | (lease.isIpv6() ? RouteMessages.IFA_F_NODAD : 0);
        address(begin(RouteMessages.NEWADDR, flags), lease)
                .i32(RouteMessages.IFA_FLAGS, lasting | addressFlags)
                .i32(RouteMessages.IFA_RT_PRIORITY, lease.mark())
                .bytes(RouteMessages.IFA_CACHEINFO, lifetimes(lease.isIpv6() ? NEVER_USED : SECONDS));
    }

    /** {@code struct ifa_cacheinfo}: preferred u32, valid u32, then two times that the kernel alone sets. */
    private static byte[] lifetimes(int preferredSeconds) {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putInt(preferredSeconds)
                .putInt(SECONDS)
                .array();
    }

    private static NetlinkWriter address(NetlinkWriter message, AddressLease lease) {
        return message.headerU8(lease.isIpv6() ? RouteMessages.AF_INET6 : RouteMessages.AF_INET)
                .headerU8(lease.prefixLength())
                .headerU8(0)
                .headerU8(0)
                .headerI32(lease.ifindex())
                .bytes(RouteMessages.IFA_LOCAL, lease.address().getAddress())
                .bytes(RouteMessages.IFA_ADDRESS, lease.address().getAddress());
    }

    /**
     * Adds routes, or renews them. The kernel removes one of IPv4 with its source address, and one of IPv6 after {@value #SECONDS} seconds; without its source address
     * neither is added.
     *
     * @param refused is told each that the kernel refuses, as one whose gateway is not on the segment
     */
    public void putRoutes(List<Route> routes, Consumer<ErrnoException> refused) throws ErrnoException {
        for (List<Route> some : batches(routes)) {
            for (Route route : some) {
                boolean ipv6 = route.source() instanceof Inet6Address;
                int flags = Netlink.CREATE | (ipv6 ? Netlink.REPLACE : Netlink.APPEND);
                int scope =
                        ipv6 || route.gateway() != null ? RouteMessages.RT_SCOPE_UNIVERSE : RouteMessages.RT_SCOPE_LINK;
                NetlinkWriter message = route(begin(RouteMessages.NEWROUTE, flags), route, scope);
                if (ipv6) {
                    message.i32(RouteMessages.RTA_EXPIRES, SECONDS);
                }
            }
            send(some, "add route ", (message, errno) -> {
                if (errno != Errno.EEXIST) {
                    refused.accept(new ErrnoException("add route " + some.get(message), errno));
                }
                return true;
            });
        }
    }

    /** Removes routes that were put. One that is not there is none the worse. */
    public void removeRoutes(List<Route> routes) throws ErrnoException {
        for (List<Route> some : batches(routes)) {
            for (Route route : some) {
                route(begin(RouteMessages.DELROUTE, 0), route, RouteMessages.RT_SCOPE_NOWHERE);
            }
            send(some, "remove route ", (message, errno) -> errno == Errno.ESRCH || errno == Errno.ENODEV);
        }
    }

    /** {@code struct rtmsg}. */
    private static NetlinkWriter route(NetlinkWriter message, Route route, int scope) {
        InetAddress gateway = route.gateway();
        message.headerU8(route.source() instanceof Inet6Address ? RouteMessages.AF_INET6 : RouteMessages.AF_INET)
                .headerU8(route.prefixLength())
                .headerU8(0)
                .headerU8(0)
                .headerU8(0)
                .headerU8(route.protocol())
                .headerU8(scope)
                .headerU8(RouteMessages.RTN_UNICAST)
                .headerI32(0)
                .bytes(RouteMessages.RTA_DST, route.destination().getAddress())
                .i32(RouteMessages.RTA_OIF, route.ifindex())
                .bytes(RouteMessages.RTA_PREFSRC, route.source().getAddress())
                .i32(RouteMessages.RTA_PRIORITY, route.metric())
                .i32(RouteMessages.RTA_TABLE, route.table());
        return gateway == null ? message : message.bytes(RouteMessages.RTA_GATEWAY, gateway.getAddress());
    }

    private NetlinkWriter begin(int type, int flags) {
        NetlinkWriter message = begun ? exchange.then(type, flags) : exchange.begin(type, flags);
        begun = true;
        return message;
    }

    private <T> void send(List<T> batch, String what, NetlinkExchange.Refusals judge) throws ErrnoException {
        begun = false;
        @Nullable Object[] faulty = new @Nullable Object[1];
        int errno = exchange.request(what + "and others", (message, refusal) -> {
            boolean harmless = judge.isHarmless(message, refusal);
            if (!harmless && faulty[0] == null) {
                faulty[0] = batch.get(message);
            }
            return harmless;
        });
        if (errno != 0) {
            throw new ErrnoException(what + text(faulty[0]), errno, exchange.kernelMessage());
        }
    }

    private static String text(@Nullable Object entry) {
        return entry instanceof AddressLease lease
                ? lease.address().getHostAddress() + " on interface " + lease.ifindex()
                : String.valueOf(entry);
    }

    private static <T> List<List<T>> batches(List<T> all) {
        List<List<T>> batches = new ArrayList<>();
        for (int from = 0; from < all.size(); from += BATCH) {
            batches.add(all.subList(from, Math.min(from + BATCH, all.size())));
        }
        return batches;
    }

    @Override
    public void close() {
        exchange.close();
    }
}
