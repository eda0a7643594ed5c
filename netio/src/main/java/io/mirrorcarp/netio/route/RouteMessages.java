// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Link, address and route messages of rtnetlink(7), with their numbers (include/uapi/linux/rtnetlink.h, if_link.h, if_addr.h).
 *
 * <p>{@code struct ifinfomsg}: family u8, pad u8, type u16, index i32, flags u32, change mask u32. {@code struct ifaddrmsg}: family u8, prefix
 * length u8, flags u8, scope u8, index u32.
 */
final class RouteMessages {

    static final int NEWLINK = 16;
    static final int DELLINK = 17;
    static final int GETLINK = 18;
    static final int NEWADDR = 20;
    static final int DELADDR = 21;
    static final int GETADDR = 22;
    static final int NEWROUTE = 24;
    static final int DELROUTE = 25;
    static final int GETROUTE = 26;

    static final int GROUP_LINK = 1;
    static final int GROUP_IPV4_ADDRESS = 5;
    static final int GROUP_IPV6_ADDRESS = 9;

    static final int LINK_HEADER = 16;
    static final int ADDRESS_HEADER = 8;

    static final int IFLA_ADDRESS = 1;
    static final int IFLA_IFNAME = 3;
    static final int IFLA_MTU = 4;
    static final int IFLA_LINK = 5;
    static final int IFLA_MASTER = 10;
    static final int IFLA_OPERSTATE = 16;
    static final int IFLA_LINKINFO = 18;
    static final int IFLA_INFO_KIND = 1;
    static final int IFLA_INFO_DATA = 2;
    static final int IFLA_IFALIAS = 20;
    static final int IFLA_AF_SPEC = 26;
    static final int IFLA_LINK_NETNSID = 37;
    static final int IFLA_VRF_TABLE = 1;
    static final int IFLA_ALT_IFNAME = 53;
    static final int IFLA_INET_CONF = 1;
    static final int IFLA_INET6_CONF = 2;

    static final int IFA_ADDRESS = 1;
    static final int IFA_LOCAL = 2;
    static final int IFA_CACHEINFO = 6;
    static final int IFA_FLAGS = 8;
    static final int IFA_RT_PRIORITY = 9;
    static final int IFA_F_NODAD = 0x02;
    static final int IFA_F_NOPREFIXROUTE = 0x200;
    static final int IFA_F_MCAUTOJOIN = 0x400;

    static final int ROUTE_HEADER = 12;
    static final int RTA_DST = 1;
    static final int RTA_OIF = 4;
    static final int RTA_GATEWAY = 5;
    static final int RTA_PRIORITY = 6;
    static final int RTA_PREFSRC = 7;
    static final int RTA_MULTIPATH = 9;
    static final int RTA_CACHEINFO = 12;
    static final int RTA_TABLE = 15;
    static final int RTA_EXPIRES = 23;
    static final int RTA_NH_ID = 30;
    static final int RTN_UNICAST = 1;
    static final int RTNEXTHOP_HEADER = 8;
    static final int RT_SCOPE_UNIVERSE = 0;
    static final int RT_SCOPE_LINK = 253;
    static final int RT_SCOPE_NOWHERE = 255;
    static final int RTNH_F_ONLINK = 4;
    static final int RTPROT_KERNEL = 2;
    static final int RTPROT_BOOT = 3;
    static final int RTPROT_STATIC = 4;

    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    private RouteMessages() {}

    /** The link of a NEWLINK or DELLINK message; null where it is malformed, nameless, or of a bridge port (family 7). */
    static @Nullable Link readLink(NetlinkReader message) {
        int index = message.bodyI32(4);
        int flags = message.bodyI32(8);
        if (message.bodyU8(0) != 0 || !message.attributes(LINK_HEADER)) {
            return null;
        }
        LinkFields fields = new LinkFields();
        while (message.nextAttribute()) {
            fields.read(message);
        }
        return message.malformed() || fields.name.isEmpty() ? null : fields.link(index, flags);
    }

    /** The address of a NEWADDR or DELADDR message; null where it is malformed or of another family. */
    static @Nullable LinkAddress readAddress(NetlinkReader message) {
        int family = message.bodyU8(0);
        int prefixLength = message.bodyU8(1);
        int flags = message.bodyU8(2);
        int ifindex = message.bodyI32(4);
        if ((family != AF_INET && family != AF_INET6) || !message.attributes(ADDRESS_HEADER)) {
            return null;
        }
        byte[] address = new byte[0];
        byte[] local = new byte[0];
        int metric = 0;
        while (message.nextAttribute()) {
            switch (message.attributeType()) {
                case IFA_ADDRESS -> address = message.bytes();
                case IFA_LOCAL -> local = message.bytes();
                case IFA_FLAGS -> flags = message.i32();
                case IFA_RT_PRIORITY -> metric = message.i32();
                default -> {}
            }
        }
        byte[] own = local.length == 0 ? address : local;
        boolean valid = own.length == (family == AF_INET ? 4 : 16) && prefixLength <= own.length * 8;
        if (message.malformed() || !valid) {
            return null;
        }
        return new LinkAddress(ifindex, inetAddress(own), prefixLength, flags, metric);
    }

    static InetAddress inetAddress(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }

    /** What the attributes of a link message say. */
    private static final class LinkFields {
        private String name = "";
        private MacAddress mac = new MacAddress(0);
        private int operState;
        private int mtu;
        private String kind = "";
        private String alias = "";
        private int parentIndex;
        private boolean parentElsewhere;
        private int masterIndex;
        private int vrfTable;
        private boolean forwardsIpv4;
        private boolean forwardsIpv6;

        void read(NetlinkReader attribute) {
            switch (attribute.attributeType()) {
                case IFLA_IFNAME -> name = attribute.string();
                case IFLA_IFALIAS -> alias = attribute.string();
                case IFLA_MTU -> mtu = attribute.i32();
                case IFLA_OPERSTATE -> operState = attribute.u8();
                case IFLA_LINK -> parentIndex = attribute.i32();
                case IFLA_MASTER -> masterIndex = attribute.i32();
                case IFLA_LINK_NETNSID -> parentElsewhere = true;
                case IFLA_LINKINFO -> readKind(attribute);
                case IFLA_AF_SPEC -> readForwarding(attribute);
                case IFLA_ADDRESS -> {
                    if (attribute.valueLength() == 6) {
                        mac = MacAddress.of(attribute.bytes());
                    }
                }
                default -> {}
            }
        }

        private void readKind(NetlinkReader attribute) {
            if (attribute.enter()) {
                while (attribute.nextAttribute()) {
                    switch (attribute.attributeType()) {
                        case IFLA_INFO_KIND -> kind = attribute.string();
                        case IFLA_INFO_DATA -> readVrfTable(attribute);
                        default -> {}
                    }
                }
                attribute.leave();
            }
        }

        /** The data depend on the kind, which the kernel tells before them. */
        private void readVrfTable(NetlinkReader data) {
            if (kind.equals("vrf")) {
                vrfTable = firstSetting(data, IFLA_VRF_TABLE);
            }
        }

        private void readForwarding(NetlinkReader attribute) {
            if (attribute.enter()) {
                while (attribute.nextAttribute()) {
                    switch (attribute.attributeType()) {
                        case AF_INET -> forwardsIpv4 = firstSetting(attribute, IFLA_INET_CONF) != 0;
                        case AF_INET6 -> forwardsIpv6 = firstSetting(attribute, IFLA_INET6_CONF) != 0;
                        default -> {}
                    }
                }
                attribute.leave();
            }
        }

        /**
         * The first 32 bits of an attribute within another. The kernel tells the settings of a family as one array of 32 bits each, and forwarding is the
         * first of both (linux/ip.h, linux/ipv6.h).
         */
        private static int firstSetting(NetlinkReader nest, int attribute) {
            int first = 0;
            if (nest.enter()) {
                while (nest.nextAttribute()) {
                    if (nest.attributeType() == attribute) {
                        first = nest.i32();
                    }
                }
                nest.leave();
            }
            return first;
        }

        Link link(int index, int flags) {
            int parent = parentElsewhere || parentIndex == index ? 0 : parentIndex;
            return new Link(
                    index,
                    name,
                    mac,
                    flags,
                    operState,
                    mtu,
                    kind,
                    alias,
                    parent,
                    masterIndex,
                    vrfTable,
                    forwardsIpv4,
                    forwardsIpv6);
        }
    }
}
