// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import io.mirrorcarp.netio.NetlinkExchange;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.nio.ByteOrder;

/** The numbers and the header of traffic control's messages (include/uapi/linux/rtnetlink.h, pkt_sched.h, pkt_cls.h). */
final class TrafficControl {
    static final int NEWQDISC = 36;
    static final int GETQDISC = 38;
    static final int NEWTFILTER = 44;
    static final int DELTFILTER = 45;
    static final int KIND = 1;
    static final int OPTIONS = 2;

    /** {@code TCA_STATS2}: a nest. */
    static final int STATISTICS = 7;

    /** {@code TCA_STATS_QUEUE}: {@code struct gnet_stats_queue}, its length, backlog, drops, requeues and overlimits, u32 each. */
    static final int STATISTICS_QUEUE = 3;

    static final int STATISTICS_DROPS_OFFSET = 8;

    /** Of {@code struct tcmsg}. */
    static final int HEADER_LENGTH = 20;

    static final int HEADER_INDEX = 4;
    static final int HEADER_HANDLE = 8;

    /** {@code TC_H_INGRESS}, which is {@code TC_H_CLSACT} as well. */
    static final int PARENT_INGRESS = 0xffff_fff1;

    /** {@code TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)}: what comes in, with the qdisc clsact and with the qdisc ingress. */
    static final int FILTERS_INGRESS = 0xffff_fff2;

    static final int HANDLE_INGRESS = 0xffff_0000;

    /** {@code ETH_P_ALL}. */
    private static final short ALL_PROTOCOLS = 3;

    private TrafficControl() {}

    /** Of a filter of all protocols: the upper half is the priority, and the lowest is asked first. */
    static int information(int priority) {
        short protocols =
                ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? ALL_PROTOCOLS : Short.reverseBytes(ALL_PROTOCOLS);
        return priority << 16 | Short.toUnsignedInt(protocols);
    }

    /** Begins a message with {@code struct tcmsg}: family u8 and padding, interface i32, handle u32, parent u32, information u32. */
    static NetlinkWriter begin(
            NetlinkExchange exchange, int type, int flags, int index, int handle, int parent, int information) {
        return exchange.begin(type, flags)
                .headerI32(0)
                .headerI32(index)
                .headerI32(handle)
                .headerI32(parent)
                .headerI32(information);
    }
}
