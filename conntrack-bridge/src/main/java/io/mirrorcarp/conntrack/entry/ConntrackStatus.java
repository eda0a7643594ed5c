// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.entry;

/** The bits of an entry's status: enum ip_conntrack_status of the kernel's uapi/linux/netfilter/nf_conntrack_common.h. */
public final class ConntrackStatus {
    /** The flow was expected by a helper: it has a master. */
    public static final int EXPECTED = 1;
    /** Packets were seen in both directions; decides NEW or ESTABLISHED for packets of the original direction. */
    public static final int SEEN_REPLY = 1 << 1;
    /** Not dropped early when the table is full. */
    public static final int ASSURED = 1 << 2;
    /** In the table. The kernel refuses to create an entry without this bit. */
    public static final int CONFIRMED = 1 << 3;

    public static final int SOURCE_NAT = 1 << 4;
    public static final int DESTINATION_NAT = 1 << 5;
    public static final int SEQUENCE_ADJUST = 1 << 6;
    public static final int SOURCE_NAT_DONE = 1 << 7;
    public static final int DESTINATION_NAT_DONE = 1 << 8;
    public static final int DYING = 1 << 9;
    public static final int FIXED_TIMEOUT = 1 << 10;
    public static final int TEMPLATE = 1 << 11;
    public static final int NAT_CLASH = 1 << 12;
    public static final int HELPER = 1 << 13;
    /** Forwarded by a flowtable: the kernel shows neither timeout nor protocol state while it is. */
    public static final int OFFLOAD = 1 << 14;

    public static final int HARDWARE_OFFLOAD = 1 << 15;

    /** Forwarded past connection tracking, in software or in hardware. */
    public static final int OFFLOADED = OFFLOAD | HARDWARE_OFFLOAD;

    /** The only bits besides {@link #CONFIRMED} that a program may give. Each may be added and never be taken away. */
    public static final int SETTABLE = SEEN_REPLY | ASSURED;

    /** Of a flow with one of these, an event does not show all that belongs to it. */
    public static final int WITH_ATTACHMENT = EXPECTED | SEQUENCE_ADJUST | HELPER;

    private ConntrackStatus() {}
}
