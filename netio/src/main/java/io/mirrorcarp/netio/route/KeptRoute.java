// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.NetlinkExchange;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A route as the kernel told it, to be put back as it was: the eight bytes before the flags of {@code struct rtmsg}, those flags that may be given with a new route, and all attributes but what the
 * kernel counts.
 */
public final class KeptRoute {
    private static final int IFINDEX_BYTES = 4;
    /** Where the protocol and the flags are in {@code struct rtmsg}. */
    static final int PROTOCOL = 5;

    private static final int FLAGS = 8;

    // Where the length, the flags and the interface are in a struct rtnexthop.
    private static final int HOP_FLAGS = 2;
    private static final int HOP_IFINDEX = 4;

    private final List<Integer> header;
    private final int flags;
    private final List<Attribute> attributes;

    private KeptRoute(List<Integer> header, int flags, List<Attribute> attributes) {
        this.header = List.copyOf(header);
        this.flags = flags;
        this.attributes = List.copyOf(attributes);
    }

    /** An attribute of a route message. */
    private static final class Attribute {
        private final int type;
        private final byte[] value;

        Attribute(int type, byte[] value) {
            this.type = type;
            this.value = value;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Attribute one && type == one.type && Arrays.equals(value, one.value);
        }

        @Override
        public int hashCode() {
            return 31 * type + Arrays.hashCode(value);
        }
    }

    /**
     * Reads a route message.
     *
     * @param exceptProtocol who makes routes that are not to be kept, besides the kernel
     * @return null for those, for one of a nexthop object, which the kernel leaves where it is, and for one that is malformed
     */
    static @Nullable KeptRoute read(NetlinkReader message, int exceptProtocol) {
        List<Integer> header = new ArrayList<>();
        for (int i = 0; i < FLAGS; i++) {
            header.add(message.bodyU8(i));
        }
        int protocol = message.bodyU8(PROTOCOL);
        int flags = message.bodyI32(FLAGS) & RouteMessages.RTNH_F_ONLINK;
        if (protocol == RouteMessages.RTPROT_KERNEL
                || protocol == exceptProtocol
                || !message.attributes(RouteMessages.ROUTE_HEADER)) {
            return null;
        }
        List<Attribute> attributes = new ArrayList<>();
        while (message.nextAttribute()) {
            int type = message.attributeType();
            if (type == RouteMessages.RTA_NH_ID) {
                return null;
            }
            if (type != RouteMessages.RTA_CACHEINFO) {
                byte[] value = message.bytes();
                if (type == RouteMessages.RTA_MULTIPATH) {
                    clearHopFlags(value);
                }
                attributes.add(new Attribute(type, value));
            }
        }
        return message.malformed() ? null : new KeptRoute(header, flags, attributes);
    }

    /** Of the flags of a next hop the kernel takes back only what it was given, and not what it found since. */
    private static void clearHopFlags(byte[] hops) {
        for (int at : hopsIn(hops)) {
            hops[at + HOP_FLAGS] &= RouteMessages.RTNH_F_ONLINK;
        }
    }

    private static ByteBuffer host(byte[] value) {
        return ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
    }

    /** Where each {@code struct rtnexthop} begins. */
    private static List<Integer> hopsIn(byte[] hops) {
        ByteBuffer buffer = host(hops);
        List<Integer> starts = new ArrayList<>();
        int at = 0;
        while (at + RouteMessages.RTNEXTHOP_HEADER <= hops.length) {
            int length = buffer.getShort(at) & 0xffff;
            if (length < RouteMessages.RTNEXTHOP_HEADER) {
                break;
            }
            starts.add(at);
            at += (length + 3) & ~3;
        }
        return starts;
    }

    /** Whether it, or one of its next hops, is through an interface. */
    boolean isThrough(int ifindex) {
        for (Attribute attribute : attributes) {
            byte[] value = attribute.value;
            if (attribute.type == RouteMessages.RTA_OIF
                    && value.length == IFINDEX_BYTES
                    && host(value).getInt(0) == ifindex) {
                return true;
            }
            if (attribute.type == RouteMessages.RTA_MULTIPATH
                    && hopsIn(value).stream().anyMatch(at -> host(value).getInt(at + HOP_IFINDEX) == ifindex)) {
                return true;
            }
        }
        return false;
    }

    /** Whether what it carries leaves from one of these addresses by preference. */
    boolean isFrom(Set<InetAddress> sources) {
        for (Attribute attribute : attributes) {
            if (attribute.type == RouteMessages.RTA_PREFSRC) {
                try {
                    return sources.contains(InetAddress.getByAddress(attribute.value));
                } catch (UnknownHostException malformed) {
                    return false;
                }
            }
        }
        return false;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeptRoute one
                && header.equals(one.header)
                && flags == one.flags
                && attributes.equals(one.attributes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(header, flags, attributes);
    }

    /**
     * Puts it back. An IPv4 route is left alone where one like it is there. An IPv6 route has stayed without its source, which it gets again; where somebody removed it, it stays away.
     *
     * @return false when that cannot be yet: an address that it needs is not there
     * @throws ErrnoException for any other failure
     */
    boolean put(NetlinkExchange exchange) throws ErrnoException {
        boolean ipv4 = header.get(0) == RouteMessages.AF_INET;
        NetlinkWriter message =
                exchange.begin(RouteMessages.NEWROUTE, ipv4 ? Netlink.CREATE | Netlink.EXCLUSIVE : Netlink.REPLACE);
        for (int part : header) {
            message.headerU8(part);
        }
        message.headerI32(flags);
        for (Attribute attribute : attributes) {
            message.bytes(attribute.type, attribute.value);
        }
        int errno = exchange.request("put back a route");
        if (errno == Errno.ENETUNREACH || errno == Errno.EHOSTUNREACH || errno == Errno.EINVAL) {
            return false;
        }
        if (errno != 0 && errno != Errno.EEXIST && errno != Errno.ENOENT) {
            throw new ErrnoException("put back a route", errno, exchange.kernelMessage());
        }
        return true;
    }
}
