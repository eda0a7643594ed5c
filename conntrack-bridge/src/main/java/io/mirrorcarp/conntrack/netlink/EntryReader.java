// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.netlink;

import io.mirrorcarp.conntrack.entry.Attachment;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.pfsync.message.FlowTuple;

/**
 * Reads the entry of an event or a dump record. Attributes that this project does not carry are passed over. An entry
 * without both tuples, with an attribute that is too short or does not fit, is refused.
 */
public final class EntryReader {
    private static final int HAS_IPV4_SOURCE = 1;
    private static final int HAS_IPV4_DESTINATION = 2;
    private static final int HAS_IPV6_SOURCE = 4;
    private static final int HAS_IPV6_DESTINATION = 8;
    private static final int HAS_PROTOCOL = 16;
    private static final int IPV4_COMPLETE = HAS_IPV4_SOURCE | HAS_IPV4_DESTINATION | HAS_PROTOCOL;
    private static final int IPV6_COMPLETE = HAS_IPV6_SOURCE | HAS_IPV6_DESTINATION | HAS_PROTOCOL;

    private EntryReader() {}

    /**
     * Fills {@code entry} from the message that {@code reader} stands on.
     *
     * @return false when the message is malformed; {@code entry} is then not to be used
     */
    public static boolean read(NetlinkReader reader, ConntrackEntry entry) {
        entry.clear();
        if (!reader.attributes(Ctnetlink.HEADER_LENGTH)) {
            return false;
        }
        int original = 0;
        int reply = 0;
        while (reader.nextAttribute()) {
            switch (reader.attributeType()) {
                case Ctnetlink.TUPLE_ORIGINAL -> original = readTuple(reader, entry, entry.original);
                case Ctnetlink.TUPLE_REPLY -> reply = readTuple(reader, entry, entry.reply);
                default -> readAttribute(reader, entry);
            }
        }
        return original == reply && (original == IPV4_COMPLETE || original == IPV6_COMPLETE) && !reader.malformed();
    }

    private static void readAttribute(NetlinkReader reader, ConntrackEntry entry) {
        switch (reader.attributeType()) {
            case Ctnetlink.STATUS -> entry.status = reader.be32();
            case Ctnetlink.PROTOINFO -> readProtocolInfo(reader, entry);
            case Ctnetlink.TIMEOUT -> {
                entry.hasTimeout = true;
                entry.timeoutSeconds = Integer.toUnsignedLong(reader.be32());
            }
            case Ctnetlink.MARK -> {
                entry.hasMark = true;
                entry.mark = reader.be32();
            }
            case Ctnetlink.ID -> entry.id = reader.be32();
            case Ctnetlink.ZONE -> entry.zone = reader.be16();
            case Ctnetlink.HELP -> readHelper(reader, entry.attachment);
            case Ctnetlink.TUPLE_MASTER, Ctnetlink.SEQUENCE_ADJUST_ORIGINAL, Ctnetlink.SEQUENCE_ADJUST_REPLY ->
                addNested(reader, entry.attachment);
            case Ctnetlink.SYNPROXY -> {
                addNested(reader, entry.attachment);
                if (!isSet(reader)) {
                    entry.attachment.remove(Attachment.SYNPROXY);
                }
            }
            case Ctnetlink.LABELS -> add(reader, entry.attachment, Attachment.LABELS);
            default -> {}
        }
    }

    private static int readTuple(NetlinkReader reader, ConntrackEntry entry, FlowTuple tuple) {
        int seen = 0;
        if (!reader.enter()) {
            return seen;
        }
        while (reader.nextAttribute()) {
            switch (reader.attributeType()) {
                case Ctnetlink.TUPLE_IP -> seen |= readAddresses(reader, tuple);
                case Ctnetlink.TUPLE_PROTO -> seen |= readProtocol(reader, tuple);
                case Ctnetlink.TUPLE_ZONE -> readDirection(reader, entry, tuple);
                default -> {}
            }
        }
        reader.leave();
        return seen;
    }

    /** A zone of the original direction is part of the flow's name, as one of both directions is. */
    private static void readDirection(NetlinkReader reader, ConntrackEntry entry, FlowTuple tuple) {
        if (tuple == entry.original) {
            entry.zone = reader.be16();
            entry.attachment.add(Attachment.ORIGINAL_ZONE, 0);
        } else {
            add(reader, entry.attachment, Attachment.REPLY_ZONE);
        }
    }

    private static void readHelper(NetlinkReader reader, Attachment attachment) {
        if (!reader.enter()) {
            return;
        }
        while (reader.nextAttribute()) {
            if (reader.attributeType() == Ctnetlink.HELP_NAME) {
                add(reader, attachment, Attachment.HELPER);
            }
        }
        reader.leave();
    }

    /** Whether one of the 32-bit values in this nest is not 0: the kernel shows a SYN proxy of zeros for each entry that a program made. */
    private static boolean isSet(NetlinkReader reader) {
        boolean set = false;
        if (reader.enter()) {
            while (reader.nextAttribute()) {
                set |= reader.be32() != 0;
            }
            reader.leave();
        }
        return set;
    }

    private static void addNested(NetlinkReader reader, Attachment attachment) {
        if (Attachment.PORTABLE) {
            add(reader, attachment, reader.attributeType());
        }
    }

    /** What does not fit is left out; the few that a flow has always do. */
    private static void add(NetlinkReader reader, Attachment attachment, int type) {
        int value = attachment.add(type, reader.valueLength());
        if (value >= 0) {
            reader.copyValue(attachment.bytes, value);
        }
    }

    /**
     * Reads the event of an expectation: into {@code master} the key of the flow that expects, into its attachment the expectation.
     *
     * @return false when the message is malformed, or the expectation cannot be carried
     */
    public static boolean readExpectation(NetlinkReader reader, ConntrackEntry master) {
        master.clear();
        if (!Attachment.PORTABLE || !reader.attributes(Ctnetlink.HEADER_LENGTH)) {
            return false;
        }
        int seen = 0;
        Attachment attachment = master.attachment;
        while (reader.nextAttribute()) {
            int type = reader.attributeType();
            if (type == Ctnetlink.EXPECT_ZONE) {
                master.zone = reader.be16();
            }
            if (type != Ctnetlink.EXPECT_TIMEOUT && type != Ctnetlink.EXPECT_ID) {
                add(reader, attachment, type);
            }
            if (type == Ctnetlink.EXPECT_MASTER) {
                seen = readTuple(reader, master, master.original);
            }
        }
        boolean whole = (seen == IPV4_COMPLETE || seen == IPV6_COMPLETE) && !reader.malformed();
        return whole && attachment.wrap(0, Attachment.EXPECTATION);
    }

    private static int readAddresses(NetlinkReader reader, FlowTuple tuple) {
        int seen = 0;
        if (!reader.enter()) {
            return seen;
        }
        while (reader.nextAttribute()) {
            switch (reader.attributeType()) {
                case Ctnetlink.IPV4_SOURCE -> {
                    tuple.family = FlowTuple.FAMILY_IPV4;
                    tuple.sourceLow = Integer.toUnsignedLong(reader.be32());
                    seen |= HAS_IPV4_SOURCE;
                }
                case Ctnetlink.IPV4_DESTINATION -> {
                    tuple.destinationLow = Integer.toUnsignedLong(reader.be32());
                    seen |= HAS_IPV4_DESTINATION;
                }
                case Ctnetlink.IPV6_SOURCE -> {
                    tuple.family = FlowTuple.FAMILY_IPV6;
                    tuple.sourceHigh = reader.be64(0);
                    tuple.sourceLow = reader.be64(8);
                    seen |= HAS_IPV6_SOURCE;
                }
                case Ctnetlink.IPV6_DESTINATION -> {
                    tuple.destinationHigh = reader.be64(0);
                    tuple.destinationLow = reader.be64(8);
                    seen |= HAS_IPV6_DESTINATION;
                }
                default -> {}
            }
        }
        reader.leave();
        return seen;
    }

    private static int readProtocol(NetlinkReader reader, FlowTuple tuple) {
        int seen = 0;
        if (!reader.enter()) {
            return seen;
        }
        while (reader.nextAttribute()) {
            switch (reader.attributeType()) {
                case Ctnetlink.PROTO_NUMBER -> {
                    tuple.protocol = reader.u8();
                    seen = HAS_PROTOCOL;
                }
                case Ctnetlink.PROTO_SOURCE_PORT, Ctnetlink.PROTO_ICMP_ID, Ctnetlink.PROTO_ICMPV6_ID ->
                    tuple.sourcePort = reader.be16();
                case Ctnetlink.PROTO_DESTINATION_PORT -> tuple.destinationPort = reader.be16();
                case Ctnetlink.PROTO_ICMP_TYPE, Ctnetlink.PROTO_ICMPV6_TYPE ->
                    tuple.destinationPort |= reader.u8() << 8;
                case Ctnetlink.PROTO_ICMP_CODE, Ctnetlink.PROTO_ICMPV6_CODE -> tuple.destinationPort |= reader.u8();
                default -> {}
            }
        }
        reader.leave();
        return seen;
    }

    private static void readProtocolInfo(NetlinkReader reader, ConntrackEntry entry) {
        if (!reader.enter()) {
            return;
        }
        while (reader.nextAttribute()) {
            switch (reader.attributeType()) {
                case Ctnetlink.PROTOINFO_TCP -> readTcp(reader, entry);
                case Ctnetlink.PROTOINFO_SCTP -> readSctp(reader, entry);
                default -> {}
            }
        }
        reader.leave();
    }

    private static void readTcp(NetlinkReader reader, ConntrackEntry entry) {
        if (!reader.enter()) {
            return;
        }
        while (reader.nextAttribute()) {
            switch (reader.attributeType()) {
                case Ctnetlink.TCP_STATE -> {
                    entry.hasProtocolState = true;
                    entry.protocolState = reader.u8();
                }
                case Ctnetlink.TCP_SCALE_ORIGINAL -> entry.tcpScaleOriginal = reader.u8();
                case Ctnetlink.TCP_SCALE_REPLY -> entry.tcpScaleReply = reader.u8();
                case Ctnetlink.TCP_FLAGS_ORIGINAL -> entry.tcpFlagsOriginal = reader.be16() >>> 8;
                case Ctnetlink.TCP_FLAGS_REPLY -> entry.tcpFlagsReply = reader.be16() >>> 8;
                default -> {}
            }
        }
        reader.leave();
    }

    private static void readSctp(NetlinkReader reader, ConntrackEntry entry) {
        if (!reader.enter()) {
            return;
        }
        while (reader.nextAttribute()) {
            switch (reader.attributeType()) {
                case Ctnetlink.SCTP_STATE -> {
                    entry.hasProtocolState = true;
                    entry.protocolState = reader.u8();
                }
                case Ctnetlink.SCTP_TAG_ORIGINAL -> entry.sctpTagOriginal = reader.be32();
                case Ctnetlink.SCTP_TAG_REPLY -> entry.sctpTagReply = reader.be32();
                default -> {}
            }
        }
        reader.leave();
    }
}
