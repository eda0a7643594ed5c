// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.message.StateRecord;

/**
 * How far a TCP flow has come: none, SYN_SENT, SYN_RECV, ESTABLISHED, FIN_WAIT, CLOSE_WAIT, LAST_ACK, TIME_WAIT, CLOSE, from 0 to 8. A flow
 * of another protocol is always at 0.
 */
final class TcpProgress {
    static final int MOST_BITS = 4;

    private static final int TCP = 6;
    private static final int SYN_SENT = 1;
    private static final int SYN_RECV = 2;
    private static final int TIME_WAIT = 7;
    private static final int SYN_SENT2 = 9;

    private TcpProgress() {}

    static int of(StateRecord state) {
        if (state.original.protocol != TCP) {
            return 0;
        }
        return state.protocolState == SYN_SENT2 ? SYN_SENT : state.protocolState;
    }

    /**
     * Whether a flow at {@code progress} is one that has not come as far as one at {@code known}. A connection that opens is not behind one that is over: the
     * kernel lets a SYN open TIME_WAIT and CLOSE anew (tcp_conntracks of nf_conntrack_proto_tcp.c).
     */
    static boolean isBehind(int progress, int known) {
        return progress < known && !(isOpening(progress) && known >= TIME_WAIT);
    }

    /** Whether the handshake is under way. */
    static boolean isOpening(int progress) {
        return progress == SYN_SENT || progress == SYN_RECV;
    }
}
