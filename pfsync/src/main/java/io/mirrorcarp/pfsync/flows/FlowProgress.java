// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.flows;

import io.mirrorcarp.pfsync.message.StateRecord;

/**
 * How far a flow has come. TCP: none, SYN_SENT, SYN_RECV, ESTABLISHED, FIN_WAIT, CLOSE_WAIT, LAST_ACK, TIME_WAIT, CLOSE, from 0 to 8. Others: 1 for a reply, and
 * 1 for being assured.
 */
public final class FlowProgress {
    public static final int MOST_BITS = 4;

    public static final int TCP = 6;
    public static final int SYN_RECV = 2;
    public static final int ESTABLISHED = 3;

    private static final int SYN_SENT = 1;
    private static final int TIME_WAIT = 7;
    private static final int SYN_SENT2 = 9;

    private FlowProgress() {}

    /** Whether the kernel showed it: of TCP it does not in every message. */
    public static boolean isShown(StateRecord state) {
        return state.original.protocol != TCP || state.protocolState != 0;
    }

    public static int of(StateRecord state) {
        if (state.original.protocol != TCP) {
            return Integer.bitCount(state.status & (StateRecord.STATUS_SEEN_REPLY | StateRecord.STATUS_ASSURED));
        }
        return state.protocolState == SYN_SENT2 ? SYN_SENT : state.protocolState;
    }

    /**
     * Whether a flow at {@code progress} is one that has not come as far as one at {@code known}. A connection that opens is not behind one that is over: the
     * kernel lets a SYN open TIME_WAIT and CLOSE anew (tcp_conntracks of nf_conntrack_proto_tcp.c).
     */
    public static boolean isBehind(int progress, int known) {
        return progress < known && !(isOpening(progress) && known >= TIME_WAIT);
    }

    /**
     * Which of two flows that cannot both be there is worth more, the higher: a connection that is open, then one that opens, then one that closes. Of other
     * protocols the one with more packets in both directions.
     */
    public static int worth(StateRecord state) {
        if (state.original.protocol != TCP) {
            return of(state);
        }
        return of(state) <= ESTABLISHED ? of(state) : 0;
    }

    /** Whether it shows which of two of one tuple is the later one. Only TCP tells when a flow begins anew. */
    public static boolean isOfOne(StateRecord state) {
        return state.original.protocol == TCP;
    }

    /** Whether a flow that was just created is another one than a flow of the same tuple that is known. */
    public static boolean beginsAnew(StateRecord created) {
        return created.original.protocol != TCP || isOpening(of(created));
    }

    private static boolean isOpening(int progress) {
        return progress == SYN_SENT || progress == SYN_RECV;
    }
}
