// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

/**
 * Writes changes one behind the other, as the content of a {@code Stream}. Allocates nothing. What a
 * record holds beyond the wire's ranges is cut to them: a TCP flag byte to its three low bits, a status to its four bits.
 */
public final class ChangeEncoder {
    /** No encoded change is longer, so a buffer with this much room takes one more. */
    public static final int MAX_BYTES = Change.MAX_DIGESTS * Long.BYTES + 200;

    /** The bits of {@link StateRecord#status} that are carried. */
    public static final int STATUS_MASK = StateRecord.STATUS_SEEN_REPLY
            | StateRecord.STATUS_ASSURED
            | StateRecord.STATUS_SOURCE_NAT
            | StateRecord.STATUS_DESTINATION_NAT;

    static final int PROTOCOL_TCP = 6;
    static final int TCP_FLAGS_MASK = 7;

    private final WireWriter writer = new WireWriter();

    /**
     * Appends a change at {@code offset}. The buffer has room for {@link #MAX_BYTES} there.
     *
     * @return the position behind it
     */
    public int write(Change change, byte[] buffer, int offset) {
        writer.wrap(buffer, offset);
        if (change.action == Action.DIGESTS) {
            writeDigests(change);
            return writer.position();
        }
        int start = writer.begin(1);
        writer.varintFieldIfSet(1, change.action.number);
        switch (change.action) {
            case INSERT, UPDATE, BULK -> writeState(change);
            case DELETE -> writeKey(change);
            case BULK_START -> writeBulkStart(change);
            case BULK_END -> writeBulkEnd(change);
            case DIGESTS -> {}
        }
        writer.end(start);
        return writer.position();
    }

    private void writeState(Change change) {
        StateRecord state = change.state;
        boolean ipv6 = state.original.family == FlowTuple.FAMILY_IPV6;
        int status = state.status & STATUS_MASK;
        writeTuple(state.original, ipv6);
        writer.varintFieldIfSet(6, status);
        writer.varintFieldIfSet(7, Math.min(Math.max(state.timeoutSeconds, 0), Integer.MAX_VALUE));
        writer.varintFieldIfSet(8, protocolInfo(state));
        if ((status & StateRecord.STATUS_SOURCE_NAT) != 0) {
            if (!ipv6) {
                writer.fixed32FieldIfSet(9, (int) state.snatLow);
            }
            if (state.snatPort != state.original.sourcePort) {
                writer.varintField(10, state.snatPort);
            }
        }
        writer.varintFieldIfSet(11, change.version);
        writeAddresses6(state.original, ipv6);
        writer.varintFieldIfSet(14, state.mark);
        writeDestinationNat(state, status, ipv6);
        writer.fixed32FieldIfSet(20, state.sctpTagOriginal);
        writer.fixed32FieldIfSet(21, state.sctpTagReply);
        writer.varintFieldIfSet(22, change.orphan ? 1 : 0);
        writer.varintFieldIfSet(26, change.held ? 1 : 0);
        writer.fixed32FieldIfSet(27, change.absentOwner);
        writer.varintFieldIfSet(28, change.untouched ? 1 : 0);
        writer.fixed32FieldIfSet(29, change.copiedFrom);
        writer.fixed64FieldIfSet(30, change.absentTable);
        writer.bytesFieldIfSet(33, state.attachment, state.attachmentLength);
    }

    private void writeDestinationNat(StateRecord state, int status, boolean ipv6) {
        boolean destinationNat = (status & StateRecord.STATUS_DESTINATION_NAT) != 0;
        if (destinationNat && !ipv6) {
            writer.fixed32FieldIfSet(15, (int) state.dnatLow);
        }
        writer.varintFieldIfSet(16, state.zone);
        if (destinationNat && state.dnatPort != state.original.destinationPort) {
            writer.varintField(17, state.dnatPort);
        }
        if (ipv6 && (status & StateRecord.STATUS_SOURCE_NAT) != 0) {
            writer.address6Field(18, state.snatHigh, state.snatLow);
        }
        if (ipv6 && destinationNat) {
            writer.address6Field(19, state.dnatHigh, state.dnatLow);
        }
    }

    private void writeKey(Change change) {
        boolean ipv6 = change.state.original.family == FlowTuple.FAMILY_IPV6;
        writeTuple(change.state.original, ipv6);
        writer.varintFieldIfSet(11, change.version);
        writeAddresses6(change.state.original, ipv6);
        writer.varintFieldIfSet(16, change.state.zone);
        writer.varintFieldIfSet(25, change.expired ? 1 : 0);
        writer.varintFieldIfSet(31, change.evicted ? 1 : 0);
        writer.varintFieldIfSet(32, change.deliberate ? 1 : 0);
    }

    private void writeTuple(FlowTuple tuple, boolean ipv6) {
        if (!ipv6) {
            writer.fixed32FieldIfSet(2, (int) tuple.sourceLow);
            writer.fixed32FieldIfSet(3, (int) tuple.destinationLow);
        }
        writer.fixed32FieldIfSet(4, tuple.sourcePort << 16 | tuple.destinationPort);
        if (tuple.protocol != PROTOCOL_TCP) {
            writer.varintField(5, tuple.protocol);
        }
    }

    private void writeAddresses6(FlowTuple tuple, boolean ipv6) {
        if (ipv6) {
            writer.address6Field(12, tuple.sourceHigh, tuple.sourceLow);
            writer.address6Field(13, tuple.destinationHigh, tuple.destinationLow);
        }
    }

    /** The field {@code protocol_info} of a state: see pfsync.proto. */
    public static int protocolInfo(StateRecord state) {
        int info = state.protocolState & 0xf;
        if (state.original.protocol == PROTOCOL_TCP) {
            info |= (state.tcpScaleOriginal & 0xf) << 4
                    | (state.tcpScaleReply & 0xf) << 8
                    | (state.tcpFlagsOriginal & TCP_FLAGS_MASK) << 12
                    | (state.tcpFlagsReply & TCP_FLAGS_MASK) << 15;
        }
        return info;
    }

    private void writeBulkStart(Change change) {
        int start = writer.begin(23);
        writer.varintFieldIfSet(1, change.bulkId);
        writer.varintFieldIfSet(2, change.bulkEntries);
        for (int i = 0; i < change.targetCount; i++) {
            int target = writer.begin(3);
            writer.fixed32FieldIfSet(1, change.targetCreatorIds[i]);
            writer.varintFieldIfSet(2, change.targetRequestIds[i]);
            writer.end(target);
        }
        change.buckets.write(writer, 4);
        writer.fixed64FieldIfSet(5, change.bulkTable);
        writer.end(start);
    }

    private void writeBulkEnd(Change change) {
        int start = writer.begin(24);
        writer.varintFieldIfSet(1, change.bulkId);
        writer.varintFieldIfSet(2, change.bulkEntries);
        writer.fixed64FieldIfSet(3, change.bulkDigest);
        writer.end(start);
    }

    private void writeDigests(Change change) {
        int start = writer.begin(2);
        writer.varintFieldIfSet(1, change.firstBucket);
        writer.longsField(2, change.digests, change.digestCount);
        writer.end(start);
    }
}
