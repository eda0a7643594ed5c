// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.netlink;

import io.mirrorcarp.conntrack.entry.Attachment;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.ConntrackStatus;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.conntrack.entry.TcpConntrack;
import io.mirrorcarp.conntrack.entry.TupleInverse;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import io.mirrorcarp.pfsync.message.FlowTuple;

/**
 * Writes requests to the kernel's table. An entry is given as a dump would show it; what the kernel wants to hear to come to
 * that entry is different, and is decided here. Each method answers false, and leaves no trace, when the message
 * does not fit into the writer's buffer any more. No request asks for an acknowledgement.
 */
public final class RequestWriter {
    /** A timeout of 0 would end the entry before its first packet. */
    private static final long TIMEOUT_MINIMUM_SECONDS = 1;

    private static final int TCP_FLAGS_MASK = 0xff;

    private final FlowTuple inverse = new FlowTuple();

    /**
     * Creates the entry; EEXIST when its original tuple is there, or another flow has its reply tuple.
     *
     * <p>The reply tuple is sent untranslated and the translation as CTA_NAT_SRC and CTA_NAT_DST: with a reply tuple that is
     * translated already, the kernel finds nothing to do and the entry never translates. Of the status, only what a program may
     * set is sent.
     *
     * @throws IllegalArgumentException when the original tuple is of an ICMP type without a reply
     */
    public boolean create(NetlinkWriter writer, ConntrackEntry entry, int sequence) {
        if (!TupleInverse.invert(entry.original, inverse)) {
            throw new IllegalArgumentException("ICMP type without a reply");
        }
        begin(writer, Ctnetlink.TYPE_NEW, Netlink.REQUEST | Netlink.CREATE | Netlink.EXCLUSIVE, entry, sequence);
        writeTuples(writer, entry);
        writer.be32(Ctnetlink.STATUS, ConntrackStatus.CONFIRMED | (entry.status & ConntrackStatus.SETTABLE));
        writeTimeout(writer, entry);
        writer.be32(Ctnetlink.MARK, entry.mark);
        writeProtocolInfo(writer, entry, entry.hasProtocolState ? entry.protocolState : likelyTcpState(entry));
        writeTranslation(writer, entry);
        AttachmentWriter.writeCreation(writer, entry.attachment);
        return writer.endMessage();
    }

    /**
     * Updates the entry with this original tuple and zone; ENOENT when there is none. NAT, helper and master are left out, since
     * the kernel refuses them for an entry that exists.
     *
     * @param withStatus false to leave the status out: the kernel answers EBUSY, and stops halfway, to a status that lacks
     *     a bit which its entry has
     */
    public boolean update(NetlinkWriter writer, ConntrackEntry entry, int sequence, boolean withStatus) {
        begin(writer, Ctnetlink.TYPE_NEW, Netlink.REQUEST, entry, sequence);
        writeTuple(writer, Ctnetlink.TUPLE_ORIGINAL, entry.original);
        writeZone(writer, entry);
        writeTimeout(writer, entry);
        if (withStatus && (entry.status & ConntrackStatus.SETTABLE) != 0) {
            writer.be32(Ctnetlink.STATUS, ConntrackStatus.CONFIRMED | (entry.status & ConntrackStatus.SETTABLE));
        }
        if (entry.hasMark) {
            writer.be32(Ctnetlink.MARK, entry.mark);
        }
        if (entry.hasProtocolState) {
            writeProtocolInfo(writer, entry, entry.protocolState);
        }
        AttachmentWriter.writeChange(writer, entry.attachment);
        return writer.endMessage();
    }

    /**
     * Makes the kernel take segments outside of the window that it knows, of a TCP entry that exists; ENOENT when it does not. Nothing else of the entry changes but what
     * the kernel remembers of the last segments. An entry that was not liberal before gets {@link TcpConntrack#MARK_OWN}.
     */
    public boolean loosen(NetlinkWriter writer, ConntrackEntry entry, int sequence) {
        begin(writer, Ctnetlink.TYPE_NEW, Netlink.REQUEST, entry, sequence);
        writeTuple(writer, Ctnetlink.TUPLE_ORIGINAL, entry.original);
        writeZone(writer, entry);
        int flags = TcpConntrack.FLAG_BE_LIBERAL | (entry.isLiberal() ? 0 : TcpConntrack.MARK_OWN);
        int changed = flags << 8 | flags | TcpConntrack.FLAGS_OF_LAST_SEGMENTS;
        writer.beginNest(Ctnetlink.PROTOINFO).beginNest(Ctnetlink.PROTOINFO_TCP);
        writer.be16(Ctnetlink.TCP_FLAGS_ORIGINAL, changed);
        writer.be16(Ctnetlink.TCP_FLAGS_REPLY, changed);
        writer.endNest().endNest();
        // The helper looks for its place in the stream again: it was told that an entry came from elsewhere.
        AttachmentWriter.writeHelper(writer, entry.attachment);
        return writer.endMessage();
    }

    /** Creates an expectation of an entry that exists; {@code item} is where it is in the attachment. */
    public boolean expect(NetlinkWriter writer, ConntrackEntry entry, int item, int sequence) {
        begin(writer, Ctnetlink.TYPE_EXPECT_NEW, Netlink.REQUEST | Netlink.CREATE, entry, sequence);
        AttachmentWriter.writeExpectation(writer, entry.attachment, item);
        return writer.endMessage();
    }

    /** Deletes the entry with this original tuple and zone; ENOENT when there is none. */
    public boolean delete(NetlinkWriter writer, ConntrackEntry entry, int sequence) {
        begin(writer, Ctnetlink.TYPE_DELETE, Netlink.REQUEST, entry, sequence);
        writeTuple(writer, Ctnetlink.TUPLE_ORIGINAL, entry.original);
        writeZone(writer, entry);
        return writer.endMessage();
    }

    /** Asks for the entry with this original tuple and zone; ENOENT when there is none. */
    public boolean get(NetlinkWriter writer, ConntrackEntry entry, int sequence) {
        begin(writer, Ctnetlink.TYPE_GET, Netlink.REQUEST, entry, sequence);
        writeTuple(writer, Ctnetlink.TUPLE_ORIGINAL, entry.original);
        writeZone(writer, entry);
        return writer.endMessage();
    }

    /** Asks for the entry that has the reply tuple of {@code entry}, in its zone; ENOENT when there is none. */
    public boolean getByReply(NetlinkWriter writer, ConntrackEntry entry, int sequence) {
        begin(writer, Ctnetlink.TYPE_GET, Netlink.REQUEST, entry, sequence);
        writeTuple(writer, Ctnetlink.TUPLE_REPLY, entry.reply);
        writeZone(writer, entry);
        return writer.endMessage();
    }

    /** Asks for every entry of both families. */
    public boolean dump(NetlinkWriter writer, int sequence) {
        writer.beginMessage(Ctnetlink.TYPE_GET, Netlink.REQUEST | Netlink.DUMP, sequence);
        writer.headerU8(0).headerU8(0).headerBe16(0);
        return writer.endMessage();
    }

    private static void begin(NetlinkWriter writer, int type, int flags, ConntrackEntry entry, int sequence) {
        writer.beginMessage(type, flags, sequence);
        writer.headerU8(entry.original.family).headerU8(0).headerBe16(0);
    }

    /** Both tuples, the reply untranslated, and the zone: of both directions, or of one. */
    private void writeTuples(NetlinkWriter writer, ConntrackEntry entry) {
        boolean originalZone = entry.attachment.has(Attachment.ORIGINAL_ZONE);
        int replyZone = entry.attachment.find(Attachment.REPLY_ZONE);
        writer.beginNest(Ctnetlink.TUPLE_ORIGINAL);
        writeTuple(writer, entry.original);
        if (originalZone) {
            writer.be16(Ctnetlink.TUPLE_ZONE, entry.zone);
        }
        writer.endNest();
        writer.beginNest(Ctnetlink.TUPLE_REPLY);
        writeTuple(writer, inverse);
        if (replyZone >= 0) {
            writer.bytes(Ctnetlink.TUPLE_ZONE, entry.attachment.bytes, entry.attachment.value(replyZone), Short.BYTES);
        }
        writer.endNest();
        if (!originalZone) {
            writeZone(writer, entry);
        }
    }

    private static void writeTuple(NetlinkWriter writer, int attribute, FlowTuple tuple) {
        writer.beginNest(attribute);
        writeTuple(writer, tuple);
        writer.endNest();
    }

    private static void writeTuple(NetlinkWriter writer, FlowTuple tuple) {
        writer.beginNest(Ctnetlink.TUPLE_IP);
        if (tuple.family == FlowTuple.FAMILY_IPV4) {
            writer.be32(Ctnetlink.IPV4_SOURCE, (int) tuple.sourceLow);
            writer.be32(Ctnetlink.IPV4_DESTINATION, (int) tuple.destinationLow);
        } else {
            writer.be128(Ctnetlink.IPV6_SOURCE, tuple.sourceHigh, tuple.sourceLow);
            writer.be128(Ctnetlink.IPV6_DESTINATION, tuple.destinationHigh, tuple.destinationLow);
        }
        writer.endNest();
        writer.beginNest(Ctnetlink.TUPLE_PROTO);
        writer.u8(Ctnetlink.PROTO_NUMBER, tuple.protocol);
        switch (tuple.protocol) {
            case IpProtocol.ICMP -> {
                writer.be16(Ctnetlink.PROTO_ICMP_ID, tuple.sourcePort);
                writer.u8(Ctnetlink.PROTO_ICMP_TYPE, tuple.destinationPort >>> 8);
                writer.u8(Ctnetlink.PROTO_ICMP_CODE, tuple.destinationPort & 0xff);
            }
            case IpProtocol.ICMPV6 -> {
                writer.be16(Ctnetlink.PROTO_ICMPV6_ID, tuple.sourcePort);
                writer.u8(Ctnetlink.PROTO_ICMPV6_TYPE, tuple.destinationPort >>> 8);
                writer.u8(Ctnetlink.PROTO_ICMPV6_CODE, tuple.destinationPort & 0xff);
            }
            default -> {
                // The keys of GRE are its ports. Protocols without ports have zeros here, which the kernel passes over.
                writer.be16(Ctnetlink.PROTO_SOURCE_PORT, tuple.sourcePort);
                writer.be16(Ctnetlink.PROTO_DESTINATION_PORT, tuple.destinationPort);
            }
        }
        writer.endNest();
    }

    private static void writeZone(NetlinkWriter writer, ConntrackEntry entry) {
        if (entry.zone != 0) {
            writer.be16(Ctnetlink.ZONE, entry.zone);
        }
    }

    private static void writeTimeout(NetlinkWriter writer, ConntrackEntry entry) {
        long seconds = Math.max(entry.timeoutSeconds, TIMEOUT_MINIMUM_SECONDS);
        writer.be32(Ctnetlink.TIMEOUT, (int) Math.min(seconds, Integer.MAX_VALUE));
    }

    /** A created TCP entry without a state would let no reply pass. */
    private static int likelyTcpState(ConntrackEntry entry) {
        if ((entry.status & ConntrackStatus.ASSURED) != 0) {
            return TcpConntrack.ESTABLISHED;
        }
        return (entry.status & ConntrackStatus.SEEN_REPLY) != 0 ? TcpConntrack.SYN_RECV : TcpConntrack.SYN_SENT;
    }

    private static void writeProtocolInfo(NetlinkWriter writer, ConntrackEntry entry, int state) {
        if (entry.original.protocol == IpProtocol.TCP) {
            writer.beginNest(Ctnetlink.PROTOINFO).beginNest(Ctnetlink.PROTOINFO_TCP);
            writer.u8(Ctnetlink.TCP_STATE, state);
            writer.u8(Ctnetlink.TCP_SCALE_ORIGINAL, entry.tcpScaleOriginal);
            writer.u8(Ctnetlink.TCP_SCALE_REPLY, entry.tcpScaleReply);
            writer.be16(Ctnetlink.TCP_FLAGS_ORIGINAL, tcpFlags(entry.tcpFlagsOriginal));
            writer.be16(Ctnetlink.TCP_FLAGS_REPLY, tcpFlags(entry.tcpFlagsReply));
            writer.endNest().endNest();
        } else if (entry.original.protocol == IpProtocol.SCTP && entry.hasProtocolState) {
            writer.beginNest(Ctnetlink.PROTOINFO).beginNest(Ctnetlink.PROTOINFO_SCTP);
            writer.u8(Ctnetlink.SCTP_STATE, state);
            writer.be32(Ctnetlink.SCTP_TAG_ORIGINAL, entry.sctpTagOriginal);
            writer.be32(Ctnetlink.SCTP_TAG_REPLY, entry.sctpTagReply);
            writer.endNest().endNest();
        }
    }

    /** The sequence numbers of the connection do not travel, so the window is not known: the kernel must be liberal. */
    private static int tcpFlags(int exported) {
        int flags = (exported & TcpConntrack.FLAGS_PORTABLE) | TcpConntrack.FLAG_BE_LIBERAL;
        return flags << 8 | TCP_FLAGS_MASK;
    }

    private static void writeTranslation(NetlinkWriter writer, ConntrackEntry entry) {
        FlowTuple reply = entry.reply;
        boolean ports = IpProtocol.hasTranslatedPorts(reply.protocol);
        if ((entry.status & ConntrackStatus.SOURCE_NAT) != 0) {
            beginTranslation(writer, Ctnetlink.NAT_SOURCE, reply.family, reply.destinationHigh, reply.destinationLow);
            endTranslation(writer, ports, entry.sourceNatPort());
        }
        boolean destination = (entry.status & ConntrackStatus.DESTINATION_NAT) != 0;
        // Of one translation alone the kernel makes the other itself, after a search whether the tuple is taken.
        // One that is named, and changes nothing, spares it that.
        boolean plain = ports && !IpProtocol.isIcmp(reply.protocol) && (entry.status & ConntrackStatus.SOURCE_NAT) != 0;
        if (destination || plain) {
            beginTranslation(writer, Ctnetlink.NAT_DESTINATION, reply.family, reply.sourceHigh, reply.sourceLow);
            endTranslation(writer, ports, entry.destinationNatPort());
        }
    }

    /** A range of one address and one port: the kernel takes exactly it or fails, and looks for no other. */
    private static void beginTranslation(NetlinkWriter writer, int attribute, int family, long high, long low) {
        writer.beginNest(attribute);
        if (family == FlowTuple.FAMILY_IPV4) {
            writer.be32(Ctnetlink.NAT_IPV4_MINIMUM, (int) low);
            writer.be32(Ctnetlink.NAT_IPV4_MAXIMUM, (int) low);
        } else {
            writer.be128(Ctnetlink.NAT_IPV6_MINIMUM, high, low);
            writer.be128(Ctnetlink.NAT_IPV6_MAXIMUM, high, low);
        }
    }

    private static void endTranslation(NetlinkWriter writer, boolean ports, int port) {
        if (ports) {
            writer.beginNest(Ctnetlink.NAT_PROTO);
            writer.be16(Ctnetlink.NAT_PORT_MINIMUM, port);
            writer.be16(Ctnetlink.NAT_PORT_MAXIMUM, port);
            writer.endNest();
        }
        writer.endNest();
    }
}
