// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.netlink;

import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;

/**
 * Messages and attributes of ctnetlink: uapi/linux/netfilter/nfnetlink_conntrack.h and nfnetlink.h. Every integer is big-endian
 * unless its line says otherwise.
 */
public final class Ctnetlink {
    /** Multicast groups: numbers for NETLINK_ADD_MEMBERSHIP. */
    public static final int GROUP_NEW = 1;

    public static final int GROUP_UPDATE = 2;
    public static final int GROUP_DESTROY = 3;
    public static final int GROUP_EXPECT_NEW = 4;

    /** Message types: NFNL_SUBSYS_CTNETLINK in the upper byte. Events, dump records and requests share them. */
    public static final int TYPE_NEW = 0x100;

    public static final int TYPE_GET = 0x101;
    public static final int TYPE_DELETE = 0x102;
    public static final int TYPE_GET_DYING = 0x106;

    /** NFNL_SUBSYS_CTNETLINK_EXP in the upper byte: an expectation, in events and requests. */
    public static final int TYPE_EXPECT_NEW = 0x200;

    public static final int TYPE_EXPECT_GET = 0x201;

    /** struct nfgenmsg: family u8, version u8, resource id u16. */
    public static final int HEADER_LENGTH = 4;

    static final int TUPLE_ORIGINAL = 1;
    static final int TUPLE_REPLY = 2;
    static final int STATUS = 3;
    public static final int PROTOINFO = 4;
    static final int HELP = 5;
    static final int NAT_SOURCE = 6;
    static final int TIMEOUT = 7;
    static final int MARK = 8;
    static final int ID = 12;
    static final int NAT_DESTINATION = 13;
    static final int TUPLE_MASTER = 14;
    static final int SEQUENCE_ADJUST_ORIGINAL = 15;
    static final int SEQUENCE_ADJUST_REPLY = 16;
    static final int ZONE = 18;
    static final int LABELS = 22;
    static final int SYNPROXY = 24;

    /** Within {@link #HELP}. */
    static final int HELP_NAME = 1;

    /** Of an expectation. */
    static final int EXPECT_MASTER = 1;

    static final int EXPECT_TUPLE = 2;
    static final int EXPECT_MASK = 3;
    static final int EXPECT_TIMEOUT = 4;
    static final int EXPECT_ID = 5;
    static final int EXPECT_HELP_NAME = 6;
    static final int EXPECT_ZONE = 7;
    static final int EXPECT_FLAGS = 8;
    static final int EXPECT_CLASS = 9;
    static final int EXPECT_NAT = 10;
    static final int EXPECT_FUNCTION = 11;

    /** Within a tuple. */
    static final int TUPLE_IP = 1;

    static final int TUPLE_PROTO = 2;
    static final int TUPLE_ZONE = 3;

    static final int IPV4_SOURCE = 1;
    static final int IPV4_DESTINATION = 2;
    static final int IPV6_SOURCE = 3;
    static final int IPV6_DESTINATION = 4;

    static final int PROTO_NUMBER = 1;
    static final int PROTO_SOURCE_PORT = 2;
    static final int PROTO_DESTINATION_PORT = 3;
    static final int PROTO_ICMP_ID = 4;
    static final int PROTO_ICMP_TYPE = 5;
    static final int PROTO_ICMP_CODE = 6;
    static final int PROTO_ICMPV6_ID = 7;
    static final int PROTO_ICMPV6_TYPE = 8;
    static final int PROTO_ICMPV6_CODE = 9;

    /** Within {@link #PROTOINFO}. */
    public static final int PROTOINFO_TCP = 1;

    static final int PROTOINFO_SCTP = 3;

    public static final int TCP_STATE = 1;
    static final int TCP_SCALE_ORIGINAL = 2;
    static final int TCP_SCALE_REPLY = 3;
    /** struct nf_ct_tcp_flags: flags u8, mask u8. */
    static final int TCP_FLAGS_ORIGINAL = 4;

    static final int TCP_FLAGS_REPLY = 5;

    static final int SCTP_STATE = 1;
    static final int SCTP_TAG_ORIGINAL = 2;
    static final int SCTP_TAG_REPLY = 3;

    /** Within {@link #NAT_SOURCE} and {@link #NAT_DESTINATION}. */
    static final int NAT_IPV4_MINIMUM = 1;

    static final int NAT_IPV4_MAXIMUM = 2;
    static final int NAT_PROTO = 3;
    static final int NAT_IPV6_MINIMUM = 4;
    static final int NAT_IPV6_MAXIMUM = 5;

    static final int NAT_PORT_MINIMUM = 1;
    static final int NAT_PORT_MAXIMUM = 2;

    private Ctnetlink() {}

    /** Whether the event tells of an entry that is new; an update has the same type without these flags. */
    public static boolean isInsert(NetlinkReader reader) {
        int created = Netlink.CREATE | Netlink.EXCLUSIVE;
        return reader.type() == TYPE_NEW && (reader.flags() & created) == created;
    }
}
