// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.entry;

/** SCTP as the kernel tracks it: enum sctp_conntrack of uapi/linux/netfilter/nf_conntrack_sctp.h. */
public final class SctpConntrack {
    public static final int NONE = 0;
    public static final int ESTABLISHED = 4;
    public static final int HEARTBEAT_SENT = 8;
    /** Known to old kernels only; new ones say {@link #ESTABLISHED}. */
    public static final int HEARTBEAT_ACKED = 9;

    private SctpConntrack() {}
}
