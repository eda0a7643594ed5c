// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

import com.google.protobuf.ByteString;
import io.mirrorcarp.proto.pfsync.BulkEnd;
import io.mirrorcarp.proto.pfsync.BulkStart;
import io.mirrorcarp.proto.pfsync.BulkTarget;
import io.mirrorcarp.proto.pfsync.Digests;
import io.mirrorcarp.proto.pfsync.Stream;
import java.nio.ByteBuffer;

/** The same change as the generated classes build it, after docs/protocol.md and by none of the codec's code. */
final class GeneratedChanges {
    private GeneratedChanges() {}

    /** Adds a change to a stream. */
    static void add(Change change, Stream.Builder stream) {
        if (change.action != Action.DIGESTS) {
            stream.addChange(of(change));
            return;
        }
        Digests.Builder digests = Digests.newBuilder().setFirst(change.firstBucket);
        for (int i = 0; i < change.digestCount; i++) {
            digests.addDigest(change.digests[i]);
        }
        stream.setDigests(digests);
    }

    static ByteString buckets(BucketSet buckets) {
        if (buckets.isFull()) {
            return ByteString.EMPTY;
        }
        byte[] bytes = new byte[32];
        for (int bucket = 0; bucket < 256; bucket++) {
            if (buckets.has(bucket)) {
                bytes[bucket / 8] |= (byte) (1 << bucket % 8);
            }
        }
        return ByteString.copyFrom(bytes);
    }

    static io.mirrorcarp.proto.pfsync.Change of(Change change) {
        var builder = io.mirrorcarp.proto.pfsync.Change.newBuilder();
        builder.setActionValue(change.action.number);
        switch (change.action) {
            case BULK_START -> {
                BulkStart.Builder start =
                        BulkStart.newBuilder().setId(change.bulkId).setExpected(change.bulkEntries);
                for (int i = 0; i < change.targetCount; i++) {
                    start.addTarget(BulkTarget.newBuilder()
                            .setCreatorId(change.targetCreatorIds[i])
                            .setRequestId(change.targetRequestIds[i]));
                }
                start.setBuckets(buckets(change.buckets)).setTable(change.bulkTable);
                builder.setBulkStart(start);
            }
            case BULK_END ->
                builder.setBulkEnd(BulkEnd.newBuilder()
                        .setId(change.bulkId)
                        .setCount(change.bulkEntries)
                        .setDigest(change.bulkDigest));
            case DELETE -> {
                key(change, builder);
                builder.setExpired(change.expired).setEvicted(change.evicted).setDeliberate(change.deliberate);
            }
            default -> {
                key(change, builder);
                state(change.state, builder);
                builder.setOrphan(change.orphan).setHeld(change.held).setUntouched(change.untouched);
                builder.setAbsentOwner(change.absentOwner).setAbsentTable(change.absentTable);
                builder.setCopiedFrom(change.copiedFrom);
            }
        }
        return builder.build();
    }

    private static void key(Change change, io.mirrorcarp.proto.pfsync.Change.Builder builder) {
        FlowTuple tuple = change.state.original;
        builder.setVersion(change.version).setZone(change.state.zone);
        builder.setPorts(tuple.sourcePort << 16 | tuple.destinationPort);
        if (tuple.protocol != 6) {
            builder.setProtocol(tuple.protocol);
        }
        if (tuple.family == FlowTuple.FAMILY_IPV6) {
            builder.setSource6(bytes(tuple.sourceHigh, tuple.sourceLow));
            builder.setDestination6(bytes(tuple.destinationHigh, tuple.destinationLow));
        } else {
            builder.setSource((int) tuple.sourceLow).setDestination((int) tuple.destinationLow);
        }
    }

    private static void state(StateRecord state, io.mirrorcarp.proto.pfsync.Change.Builder builder) {
        boolean ipv6 = state.original.family == FlowTuple.FAMILY_IPV6;
        builder.setStatus(state.status).setTimeout((int) state.timeoutSeconds).setMark(state.mark);
        builder.setAttachment(ByteString.copyFrom(state.attachment, 0, state.attachmentLength));
        builder.setProtocolInfo(state.protocolState
                + 16 * state.tcpScaleOriginal
                + 256 * state.tcpScaleReply
                + 4096 * state.tcpFlagsOriginal
                + 32768 * state.tcpFlagsReply);
        builder.setSctpTagOriginal(state.sctpTagOriginal).setSctpTagReply(state.sctpTagReply);
        if ((state.status & 16) != 0) {
            if (state.snatPort != state.original.sourcePort) {
                builder.setSnatPort(state.snatPort);
            }
            if (ipv6) {
                builder.setSnat6(bytes(state.snatHigh, state.snatLow));
            } else {
                builder.setSnat((int) state.snatLow);
            }
        }
        if ((state.status & 32) != 0) {
            if (state.dnatPort != state.original.destinationPort) {
                builder.setDnatPort(state.dnatPort);
            }
            if (ipv6) {
                builder.setDnat6(bytes(state.dnatHigh, state.dnatLow));
            } else {
                builder.setDnat((int) state.dnatLow);
            }
        }
    }

    private static ByteString bytes(long high, long low) {
        return ByteString.copyFrom(
                ByteBuffer.allocate(16).putLong(high).putLong(low).flip());
    }
}
