// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

import java.util.Arrays;

/**
 * One replicated flow, as it travels between peers: what a peer's kernel needs to carry the flow on. A plain carrier
 * like {@link FlowTuple}. The reply direction is not carried: it is the inverse of {@link #original}, changed by the NAT fields.
 */
public final class StateRecord {
    /** The flow has seen packets in both directions: IPS_SEEN_REPLY of the kernel's nf_conntrack_common.h. */
    public static final int STATUS_SEEN_REPLY = 1 << 1;
    /** The flow is not dropped early under pressure: IPS_ASSURED. */
    public static final int STATUS_ASSURED = 1 << 2;
    /** {@link #snatLow} and its neighbours are set: IPS_SRC_NAT. */
    public static final int STATUS_SOURCE_NAT = 1 << 4;
    /** {@link #dnatLow} and its neighbours are set: IPS_DST_NAT. */
    public static final int STATUS_DESTINATION_NAT = 1 << 5;

    private static final int TCP_FLAG_BE_LIBERAL = 0x08;

    /** The longest attachment. A change that carries it still fits into the smallest frame. */
    public static final int ATTACHMENT_MAX_BYTES = 800;

    private static final byte[] NO_ATTACHMENT = new byte[0];

    /** The first packet's direction, before translation. */
    public final FlowTuple original = new FlowTuple();

    /** Conntrack zone, 0 to 65535; 0 is the default zone. */
    public int zone;

    /** Any of the {@code STATUS_} bits. */
    public int status;

    /** Time left to live in seconds, as the sender's kernel counts it. */
    public long timeoutSeconds;

    /** The connection mark, unsigned. */
    public int mark;

    /** Where SNAT sends the flow from: the destination of the reply direction. Meaningful with {@link #STATUS_SOURCE_NAT}. */
    public long snatHigh;

    public long snatLow;
    /** Port, or identifier of ICMP and ICMPv6. */
    public int snatPort;

    /** Where DNAT sends the flow to: the source of the reply direction. Meaningful with {@link #STATUS_DESTINATION_NAT}. */
    public long dnatHigh;

    public long dnatLow;
    /** Port, or identifier of ICMP and ICMPv6. */
    public int dnatPort;

    /** TCP: enum tcp_conntrack of the kernel, 0 (none) to 9; SCTP: enum sctp_conntrack. 0 for other protocols. */
    public int protocolState;

    /** TCP window scale of the original direction, 0 to 14. */
    public int tcpScaleOriginal;

    /** TCP window scale of the reply direction, 0 to 14. */
    public int tcpScaleReply;

    /** IP_CT_TCP_FLAG_* of the original direction, as exported. */
    public int tcpFlagsOriginal;

    /** IP_CT_TCP_FLAG_* of the reply direction, as exported. */
    public int tcpFlagsReply;

    /** SCTP verification tag of the original direction. */
    public int sctpTagOriginal;

    /** SCTP verification tag of the reply direction. */
    public int sctpTagReply;

    /**
     * What else belongs to the flow, such as its helper: the first {@link #attachmentLength} bytes. Only who writes and reads the table knows what they mean. The
     * array is as long as the longest attachment that this record has held.
     */
    public byte[] attachment = NO_ATTACHMENT;

    /** 0 to {@value #ATTACHMENT_MAX_BYTES}; 0 for most flows. */
    public int attachmentLength;

    /** Whether this node tells of such a flow, where it has not told of it before. Not part of what is told. */
    public boolean admitted = true;

    /** Of an event: a program made this change, and no packet. Not part of what is told. */
    public boolean byProgram;

    /** Takes bytes as the attachment. */
    public void attach(byte[] bytes, int offset, int length) {
        if (length > attachment.length) {
            attachment = new byte[ATTACHMENT_MAX_BYTES];
        }
        System.arraycopy(bytes, offset, attachment, 0, length);
        attachmentLength = length;
    }

    /** Whether both have an attachment, and not the same. */
    public boolean attachesOther(StateRecord later) {
        return attachmentLength > 0
                && later.attachmentLength > 0
                && !Arrays.equals(attachment, 0, attachmentLength, later.attachment, 0, later.attachmentLength);
    }

    /** Takes every field of a later record of the same flow. One without an attachment says nothing of it. */
    public void update(StateRecord later) {
        boolean silent = later.attachmentLength == 0;
        int length = attachmentLength;
        copyFrom(later);
        if (silent) {
            attachmentLength = length;
        }
    }

    /**
     * Whether the kernel takes TCP segments of both directions outside of the window too: IP_CT_TCP_FLAG_BE_LIBERAL. Every import sets it, and
     * the kernel itself only where it meets a connection that is under way.
     */
    public boolean isLiberal() {
        return (tcpFlagsOriginal & tcpFlagsReply & TCP_FLAG_BE_LIBERAL) != 0;
    }

    /** Sets every field to 0, and admits the flow. */
    public void clear() {
        original.clear();
        zone = 0;
        status = 0;
        timeoutSeconds = 0;
        mark = 0;
        snatHigh = 0;
        snatLow = 0;
        snatPort = 0;
        dnatHigh = 0;
        dnatLow = 0;
        dnatPort = 0;
        protocolState = 0;
        tcpScaleOriginal = 0;
        tcpScaleReply = 0;
        tcpFlagsOriginal = 0;
        tcpFlagsReply = 0;
        sctpTagOriginal = 0;
        sctpTagReply = 0;
        attachmentLength = 0;
        admitted = true;
        byProgram = false;
    }

    /** Takes every field of {@code other}. */
    public void copyFrom(StateRecord other) {
        original.copyFrom(other.original);
        zone = other.zone;
        status = other.status;
        timeoutSeconds = other.timeoutSeconds;
        mark = other.mark;
        snatHigh = other.snatHigh;
        snatLow = other.snatLow;
        snatPort = other.snatPort;
        dnatHigh = other.dnatHigh;
        dnatLow = other.dnatLow;
        dnatPort = other.dnatPort;
        protocolState = other.protocolState;
        tcpScaleOriginal = other.tcpScaleOriginal;
        tcpScaleReply = other.tcpScaleReply;
        tcpFlagsOriginal = other.tcpFlagsOriginal;
        tcpFlagsReply = other.tcpFlagsReply;
        sctpTagOriginal = other.sctpTagOriginal;
        sctpTagReply = other.sctpTagReply;
        attach(other.attachment, 0, other.attachmentLength);
        admitted = other.admitted;
        byProgram = other.byProgram;
    }
}
