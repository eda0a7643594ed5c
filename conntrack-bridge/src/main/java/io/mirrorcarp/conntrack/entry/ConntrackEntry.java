// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.entry;

import io.mirrorcarp.pfsync.message.FlowTuple;

/**
 * One entry of the kernel's connection tracking table, as a ctnetlink message shows it: a plain carrier, reused from message to
 * message on one event loop. A message may leave attributes out; a {@code has} field tells whether the one after it was there.
 */
public final class ConntrackEntry {
    /** The first packet's direction, before translation. */
    public final FlowTuple original = new FlowTuple();

    /** The direction of replies, as they arrive: before their addresses are translated back. */
    public final FlowTuple reply = new FlowTuple();

    /** Conntrack zone, 0 to 65535; 0, the default, is not shown by the kernel. */
    public int zone;

    /** {@link ConntrackStatus} bits; 0 when the message has none, which no confirmed entry is. */
    public int status;

    public boolean hasTimeout;
    /** Time left to live in seconds, unsigned 32 bits. */
    public long timeoutSeconds;

    public boolean hasMark;
    /** The connection mark, unsigned. */
    public int mark;

    public boolean hasProtocolState;
    /** TCP: {@link TcpConntrack} state; SCTP: enum sctp_conntrack. */
    public int protocolState;

    /** TCP window scale of the original direction, 0 to 14. */
    public int tcpScaleOriginal;

    /** TCP window scale of the reply direction, 0 to 14. */
    public int tcpScaleReply;

    /** {@link TcpConntrack} flags of the original direction. */
    public int tcpFlagsOriginal;

    /** {@link TcpConntrack} flags of the reply direction. */
    public int tcpFlagsReply;

    /** SCTP verification tag of the original direction. */
    public int sctpTagOriginal;

    /** SCTP verification tag of the reply direction. */
    public int sctpTagReply;

    /** CTA_ID: a keyed hash, of meaning to this kernel only, and used again when the same tuple recurs. */
    public int id;

    /** What most flows do not have. */
    public final Attachment attachment = new Attachment();

    /**
     * The port, or the ICMP identifier, that SNAT gives the flow; meaningful with {@link ConntrackStatus#SOURCE_NAT}.
     * The kernel keeps the identifier on the source side of both tuples.
     */
    public int sourceNatPort() {
        return IpProtocol.isIcmp(reply.protocol) ? reply.sourcePort : reply.destinationPort;
    }

    /**
     * The port, or the ICMP identifier, that DNAT gives the flow; meaningful with {@link ConntrackStatus#DESTINATION_NAT}.
     * An ICMP flow has one identifier: where SNAT applies as well, the change is SNAT's and DNAT keeps the original one.
     */
    public int destinationNatPort() {
        if (IpProtocol.isIcmp(reply.protocol) && (status & ConntrackStatus.SOURCE_NAT) != 0) {
            return original.sourcePort;
        }
        return reply.sourcePort;
    }

    /** Whether the kernel takes segments of both directions outside of the window too. */
    public boolean isLiberal() {
        return (tcpFlagsOriginal & tcpFlagsReply & TcpConntrack.FLAG_BE_LIBERAL) != 0;
    }

    /** Takes every field of {@code other}. */
    public void copyFrom(ConntrackEntry other) {
        original.copyFrom(other.original);
        reply.copyFrom(other.reply);
        zone = other.zone;
        status = other.status;
        hasTimeout = other.hasTimeout;
        timeoutSeconds = other.timeoutSeconds;
        hasMark = other.hasMark;
        mark = other.mark;
        hasProtocolState = other.hasProtocolState;
        protocolState = other.protocolState;
        tcpScaleOriginal = other.tcpScaleOriginal;
        tcpScaleReply = other.tcpScaleReply;
        tcpFlagsOriginal = other.tcpFlagsOriginal;
        tcpFlagsReply = other.tcpFlagsReply;
        sctpTagOriginal = other.sctpTagOriginal;
        sctpTagReply = other.sctpTagReply;
        id = other.id;
        attachment.copyFrom(other.attachment);
    }

    /** Sets every field to 0 or false. */
    public void clear() {
        original.clear();
        reply.clear();
        zone = 0;
        status = 0;
        hasTimeout = false;
        timeoutSeconds = 0;
        hasMark = false;
        mark = 0;
        hasProtocolState = false;
        protocolState = 0;
        tcpScaleOriginal = 0;
        tcpScaleReply = 0;
        tcpFlagsOriginal = 0;
        tcpFlagsReply = 0;
        sctpTagOriginal = 0;
        sctpTagReply = 0;
        id = 0;
        attachment.length = 0;
    }
}
