// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.entry;

/**
 * TCP as the kernel tracks it: enum tcp_conntrack and IP_CT_TCP_FLAG_* of uapi/linux/netfilter/nf_conntrack_tcp.h. The
 * numbers grow with the life of a connection.
 */
public final class TcpConntrack {
    public static final int NONE = 0;
    public static final int SYN_SENT = 1;
    public static final int SYN_RECV = 2;
    public static final int ESTABLISHED = 3;
    public static final int FIN_WAIT = 4;
    public static final int CLOSE_WAIT = 5;
    public static final int LAST_ACK = 6;
    public static final int TIME_WAIT = 7;
    public static final int CLOSE = 8;
    /** Both sides sent a SYN; called LISTEN in old kernels. */
    public static final int SYN_SENT2 = 9;

    /** The greatest shift that TCP knows: RFC 7323 section 2.3. The kernel answers ERANGE to a greater one. */
    public static final int SCALE_MAX = 14;

    public static final int FLAG_WINDOW_SCALE = 0x01;
    public static final int FLAG_SACK_PERMITTED = 0x02;
    public static final int FLAG_CLOSE_INIT = 0x04;
    /** Packets outside the window that the kernel has seen are let through. */
    public static final int FLAG_BE_LIBERAL = 0x08;

    public static final int FLAG_DATA_UNACKNOWLEDGED = 0x10;
    public static final int FLAG_MAXACK_SET = 0x20;
    public static final int FLAG_CHALLENGE_ACK = 0x40;
    public static final int FLAG_SIMULTANEOUS_OPEN = 0x80;

    /**
     * In a direction's own flags the kernel neither sets nor reads {@link #FLAG_SIMULTANEOUS_OPEN}; it keeps that bit with the flags of the last packet. There it
     * marks an entry of this node's own that was made liberal: no copy of a peer's, which is liberal too.
     */
    public static final int MARK_OWN = FLAG_SIMULTANEOUS_OPEN;

    /** Flags that speak of the segments which the kernel saw last: no longer true when another node has carried the connection. */
    public static final int FLAGS_OF_LAST_SEGMENTS = FLAG_DATA_UNACKNOWLEDGED | FLAG_MAXACK_SET;

    /** Flags that may be copied from another kernel: the rest speak of sequence numbers that are not carried with them. */
    public static final int FLAGS_PORTABLE = FLAG_WINDOW_SCALE | FLAG_SACK_PERMITTED | FLAG_CLOSE_INIT;

    private TcpConntrack() {}
}
