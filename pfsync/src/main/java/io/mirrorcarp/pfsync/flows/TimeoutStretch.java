// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.flows;

import io.mirrorcarp.pfsync.message.StateRecord;

/**
 * How long a copy lives in the importing kernel. Packets that refresh a flow at its owner make no event, so a copy that lived only as long as
 * the owner's entry had left would die while the flow is in use. It lives {@value #FACTOR} times as long, but for that reason at most a day; the
 * owner's delete ends it in time, and the first packet after a takeover sets the kernel's own timeout again. A TCP connection that opens or a flow that closes
 * lives {@value #MARGIN_SECONDS} s longer, so that it ends by its owner's word too: the kernel tells of a timer that ran out up to a minute later
 * (gc_worker in net/netfilter/nf_conntrack_core.c), and a copy that ended before would look like one that is missing.
 */
public final class TimeoutStretch {
    public static final int FACTOR = 8;
    public static final long CAP_SECONDS = 86_400;

    public static final long MARGIN_SECONDS = 90;

    private static final int TCP = 6;
    private static final int TCP_SYN_SENT = 1;
    private static final int TCP_SYN_RECV = 2;
    private static final int TCP_FIN_WAIT = 4;
    private static final int TCP_CLOSE = 8;
    private static final int TCP_SYN_SENT2 = 9;
    private static final int SCTP = 132;
    private static final int SCTP_SHUTDOWN_SENT = 5;
    private static final int SCTP_SHUTDOWN_ACK_SENT = 7;

    private TimeoutStretch() {}

    /** The timeout in seconds to import with, at least 1. */
    public static long seconds(StateRecord state) {
        long timeout = Math.max(state.timeoutSeconds, 1);
        return isClosing(state) || isOpening(state)
                ? timeout + MARGIN_SECONDS
                : Math.max(timeout, Math.min(timeout * FACTOR, CAP_SECONDS));
    }

    /** Whether the next packet that matters makes an event. A flow whose state the kernel did not show, an offloaded one, is none of these. */
    private static boolean isOpening(StateRecord state) {
        return state.original.protocol == TCP
                && (state.protocolState == TCP_SYN_SENT
                        || state.protocolState == TCP_SYN_RECV
                        || state.protocolState == TCP_SYN_SENT2);
    }

    /** Whether a flow ends soon, whatever its packets do. */
    public static boolean isClosing(StateRecord state) {
        return switch (state.original.protocol) {
            case TCP -> state.protocolState >= TCP_FIN_WAIT && state.protocolState <= TCP_CLOSE;
            case SCTP -> state.protocolState >= SCTP_SHUTDOWN_SENT && state.protocolState <= SCTP_SHUTDOWN_ACK_SENT;
            default -> false;
        };
    }
}
