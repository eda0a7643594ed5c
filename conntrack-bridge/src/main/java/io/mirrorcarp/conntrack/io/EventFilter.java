// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.entry.TcpConntrack;
import io.mirrorcarp.conntrack.netlink.Ctnetlink;
import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.netlink.Netlink;

/**
 * Which events are not worth waking up for, dropped within the kernel by the event socket's filter:
 *
 * <ul>
 *   <li>the echoes of what the import wrote, known by the port id of its socket;
 *   <li>a TCP update to SYN_RECV, unless the other direction may pass another node or there is a SYN proxy ({@link SynProxyRules}). The next packet makes the flow ESTABLISHED, some milliseconds later, and what is told then is all that a peer needs. Of a
 *       handshake that ends there the dump of the sweep tells;
 *   <li>where half-open connections are not told, what is in SYN_SENT: it is told when it is ESTABLISHED.
 * </ul>
 *
 * <p>A datagram holds one message ({@code nf_conntrack_event}, ctnetlink_conntrack_event() in net/netfilter/nf_conntrack_netlink.c).
 */
final class EventFilter {
    private static final int PORT_ID_OFFSET = 12;
    private static final int TYPE_OFFSET = 4;
    private static final int FLAGS_OFFSET = 6;

    private EventFilter() {}

    /** The filter that drops the echoes of an import socket of that port id and nothing else. */
    static BpfProgram ofEchoes(int importPortId) {
        return new BpfProgram.Builder()
                .loadWord(PORT_ID_OFFSET)
                .jumpEqual(BpfProgram.hostWord(importPortId), 0, 1)
                .drop()
                .accept()
                .build();
    }

    /**
     * The filter beside an import socket of that port id.
     *
     * @param halfOpenTold whether TCP connections are told when they begin
     */
    static BpfProgram of(int importPortId, boolean halfOpenTold) {
        return new BpfProgram.Builder()
                .loadWord(PORT_ID_OFFSET)
                .jumpEqual(BpfProgram.hostWord(importPortId), 17, 0)
                .loadHalf(TYPE_OFFSET)
                .jumpEqual(BpfProgram.hostHalf(Ctnetlink.TYPE_NEW), 0, 16)
                .loadHalf(FLAGS_OFFSET)
                .jumpAnyBit(BpfProgram.hostHalf(Netlink.CREATE), halfOpenTold ? 14 : 0, 0)
                .loadConstant(Netlink.HEADER_LENGTH + Ctnetlink.HEADER_LENGTH)
                .loadIndex(Ctnetlink.PROTOINFO)
                .findAttribute()
                .jumpEqual(0, 10, 0)
                .loadIndex(Ctnetlink.PROTOINFO_TCP)
                .findNestedAttribute()
                .jumpEqual(0, 7, 0)
                .loadIndex(Ctnetlink.TCP_STATE)
                .findNestedAttribute()
                .copyToIndex()
                .loadByteAtIndex(Netlink.ATTRIBUTE_HEADER_LENGTH)
                .jumpEqual(TcpConntrack.SYN_RECV, 1, 0)
                .jumpEqual(halfOpenTold ? TcpConntrack.SYN_RECV : TcpConntrack.SYN_SENT, 0, 1)
                .drop()
                .accept()
                .build();
    }
}
