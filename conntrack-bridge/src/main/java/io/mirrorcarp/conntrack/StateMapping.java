// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack;

import static io.mirrorcarp.pfsync.message.FlowTuple.FAMILY_IPV4;
import static io.mirrorcarp.pfsync.message.FlowTuple.FAMILY_IPV6;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.ConntrackStatus;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.conntrack.entry.SctpConntrack;
import io.mirrorcarp.conntrack.entry.TcpConntrack;
import io.mirrorcarp.conntrack.entry.TupleInverse;
import io.mirrorcarp.pfsync.message.FlowTuple;
import io.mirrorcarp.pfsync.message.StateRecord;

/**
 * Between the kernel's entry and the replicated record. An entry has both tuples; a record has the original one and where NAT
 * sends it, from which the reply follows. An entry turned into a record and back is the same entry, but for what a
 * record does not carry: id, helper, master and the status bits that no program may set.
 */
public final class StateMapping {
    /** What a record says of an offloaded flow, whose timeout the kernel does not show. */
    static final long OFFLOADED_TIMEOUT_SECONDS = 3600;

    private static final int STATUS_CARRIED = StateRecord.STATUS_SEEN_REPLY
            | StateRecord.STATUS_ASSURED
            | StateRecord.STATUS_SOURCE_NAT
            | StateRecord.STATUS_DESTINATION_NAT;

    private StateMapping() {}

    /** Writes to {@code record} what peers need of {@code entry}. */
    public static void toRecord(ConntrackEntry entry, StateRecord record) {
        record.clear();
        record.original.copyFrom(entry.original);
        record.zone = entry.zone;
        record.status = entry.status & STATUS_CARRIED;
        record.timeoutSeconds = entry.hasTimeout || (entry.status & ConntrackStatus.OFFLOADED) == 0
                ? entry.timeoutSeconds
                : OFFLOADED_TIMEOUT_SECONDS;
        record.mark = entry.mark;
        if ((entry.status & ConntrackStatus.SOURCE_NAT) != 0) {
            record.snatHigh = entry.reply.destinationHigh;
            record.snatLow = entry.reply.destinationLow;
            record.snatPort = entry.sourceNatPort();
        }
        if ((entry.status & ConntrackStatus.DESTINATION_NAT) != 0) {
            record.dnatHigh = entry.reply.sourceHigh;
            record.dnatLow = entry.reply.sourceLow;
            record.dnatPort = entry.destinationNatPort();
        }
        record.attach(entry.attachment.bytes, 0, entry.attachment.length);
        if (entry.hasProtocolState) {
            record.protocolState = entry.protocolState;
            record.tcpScaleOriginal = entry.tcpScaleOriginal;
            record.tcpScaleReply = entry.tcpScaleReply;
            record.tcpFlagsOriginal = asImported(entry.tcpFlagsOriginal);
            record.tcpFlagsReply = asImported(entry.tcpFlagsReply);
            record.sctpTagOriginal = entry.sctpTagOriginal;
            record.sctpTagReply = entry.sctpTagReply;
        }
    }

    /** In a record, a liberal entry is one that was imported: not one of this node's own which was made liberal. */
    private static int asImported(int flags) {
        return (flags & TcpConntrack.MARK_OWN) == 0 ? flags : flags & ~TcpConntrack.FLAG_BE_LIBERAL;
    }

    /**
     * Writes to {@code entry} the flow of {@code record} as the kernel would show it, its reply translated.
     *
     * @return false when a value is out of its range or the ICMP type has no reply; {@code entry} is then not to be used
     */
    public static boolean toEntry(StateRecord record, ConntrackEntry entry) {
        entry.clear();
        if (!isValid(record) || !TupleInverse.invert(record.original, entry.reply)) {
            return false;
        }
        entry.original.copyFrom(record.original);
        entry.zone = record.zone;
        entry.status = ConntrackStatus.CONFIRMED | (record.status & STATUS_CARRIED);
        entry.hasTimeout = true;
        entry.timeoutSeconds = record.timeoutSeconds;
        entry.hasMark = true;
        entry.mark = record.mark;
        translateReply(record, entry.reply);
        copyProtocolState(record, entry);
        return entry.attachment.read(record.attachment, record.attachmentLength);
    }

    /** The fields that name a flow: enough to delete it. The same answer as {@link #toEntry}. */
    public static boolean toKey(StateRecord record, ConntrackEntry entry) {
        entry.clear();
        entry.original.copyFrom(record.original);
        entry.zone = record.zone;
        return isTuple(record.original) && isUnsignedShort(record.zone);
    }

    private static void translateReply(StateRecord record, FlowTuple reply) {
        boolean icmp = IpProtocol.isIcmp(reply.protocol);
        boolean ports = IpProtocol.hasTranslatedPorts(reply.protocol);
        // DNAT before SNAT: of an ICMP identifier, which both could change, SNAT has the last word.
        if ((record.status & StateRecord.STATUS_DESTINATION_NAT) != 0) {
            reply.sourceHigh = record.dnatHigh;
            reply.sourceLow = record.dnatLow;
            if (ports) {
                reply.sourcePort = record.dnatPort;
            }
        }
        if ((record.status & StateRecord.STATUS_SOURCE_NAT) != 0) {
            reply.destinationHigh = record.snatHigh;
            reply.destinationLow = record.snatLow;
            if (icmp) {
                reply.sourcePort = record.snatPort;
            } else if (ports) {
                reply.destinationPort = record.snatPort;
            }
        }
    }

    private static void copyProtocolState(StateRecord record, ConntrackEntry entry) {
        int protocol = record.original.protocol;
        if (protocol == IpProtocol.TCP && record.protocolState != TcpConntrack.NONE) {
            entry.hasProtocolState = true;
            entry.protocolState = record.protocolState;
            entry.tcpScaleOriginal = record.tcpScaleOriginal;
            entry.tcpScaleReply = record.tcpScaleReply;
            entry.tcpFlagsOriginal = record.tcpFlagsOriginal;
            entry.tcpFlagsReply = record.tcpFlagsReply;
        } else if (protocol == IpProtocol.SCTP && record.protocolState != SctpConntrack.NONE) {
            entry.hasProtocolState = true;
            entry.protocolState = record.protocolState == SctpConntrack.HEARTBEAT_ACKED
                    ? SctpConntrack.ESTABLISHED
                    : record.protocolState;
            entry.sctpTagOriginal = record.sctpTagOriginal;
            entry.sctpTagReply = record.sctpTagReply;
        }
    }

    private static boolean isValid(StateRecord record) {
        return isTuple(record.original)
                && isUnsignedShort(record.zone)
                && record.timeoutSeconds >= 0
                && isProtocolState(record)
                && isTranslation(record);
    }

    private static boolean isTuple(FlowTuple tuple) {
        return isAddress(tuple.family, tuple.sourceHigh, tuple.sourceLow)
                && isAddress(tuple.family, tuple.destinationHigh, tuple.destinationLow)
                && tuple.protocol >= 0
                && tuple.protocol <= 255
                && isUnsignedShort(tuple.sourcePort)
                && isUnsignedShort(tuple.destinationPort);
    }

    private static boolean isAddress(int family, long high, long low) {
        return family == FAMILY_IPV6 || (family == FAMILY_IPV4 && high == 0 && low >>> 32 == 0);
    }

    private static boolean isTranslation(StateRecord record) {
        int family = record.original.family;
        return isAddress(family, record.snatHigh, record.snatLow)
                && isAddress(family, record.dnatHigh, record.dnatLow)
                && isUnsignedShort(record.snatPort)
                && isUnsignedShort(record.dnatPort);
    }

    /** The kernel takes any SCTP state and uses it as an index: what it does not know must not reach it. */
    private static boolean isProtocolState(StateRecord record) {
        return switch (record.original.protocol) {
            case IpProtocol.TCP ->
                record.protocolState >= TcpConntrack.NONE
                        && record.protocolState <= TcpConntrack.SYN_SENT2
                        && isScale(record.tcpScaleOriginal)
                        && isScale(record.tcpScaleReply);
            case IpProtocol.SCTP ->
                record.protocolState >= SctpConntrack.NONE && record.protocolState <= SctpConntrack.HEARTBEAT_ACKED;
            default -> true;
        };
    }

    private static boolean isScale(int scale) {
        return scale >= 0 && scale <= TcpConntrack.SCALE_MAX;
    }

    private static boolean isUnsignedShort(int value) {
        return value >>> 16 == 0;
    }
}
