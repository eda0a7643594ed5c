// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

import org.jspecify.annotations.Nullable;

/**
 * Reads the changes of a {@code Stream} one by one, without allocating. A change that is malformed ends the frame: those before it
 * were whole, those behind it are not read. Ranges are checked here, so a change that is answered holds host values only.
 */
public final class ChangeDecoder {
    private final WireReader frame = new WireReader();
    private final WireReader reader = new WireReader();
    private final WireReader inner = new WireReader();
    private @Nullable Rejection rejection;

    private int source4;
    private int destination4;
    private int snat4;
    private int dnat4;
    private boolean hasProtocol;
    private boolean hasSnatPort;
    private boolean hasDnatPort;
    private int addresses6;
    private boolean outOfRange;
    private boolean bulkMarker;
    private final long[] digests = new long[Change.MAX_DIGESTS];

    /** Reads the payload of a stream frame, {@code length} bytes from {@code offset}. */
    public void wrap(byte[] buffer, int offset, int length) {
        frame.wrap(buffer, offset, offset + length);
        rejection = null;
    }

    /** Why {@link #next(Change)} answered false before the end, or null when it was the end. */
    public @Nullable Rejection rejection() {
        return rejection;
    }

    /** Reads the next change into {@code change}: false at the end and at the first malformed one. */
    public boolean next(Change change) {
        int field = frame.nextField();
        while (field > 2) {
            frame.skip();
            field = frame.nextField();
        }
        if (field == 0) {
            rejection = frame.failed() ? Rejection.BAD_LENGTH : null;
            return false;
        }
        int length = frame.length();
        reader.wrap(frame.buffer(), frame.position(), frame.position() + length);
        frame.advance(length);
        rejection = frame.failed() ? Rejection.BAD_LENGTH : field == 1 ? read(change) : readDigests(change);
        return rejection == null;
    }

    private @Nullable Rejection read(Change change) {
        change.clear();
        source4 = 0;
        destination4 = 0;
        snat4 = 0;
        dnat4 = 0;
        hasProtocol = false;
        hasSnatPort = false;
        hasDnatPort = false;
        addresses6 = 0;
        outOfRange = false;
        bulkMarker = false;
        long action = 0;
        for (int field = reader.nextField(); field != 0; field = reader.nextField()) {
            if (field == 1) {
                action = reader.varint();
            } else {
                readField(field, change);
            }
        }
        if (reader.failed()) {
            return Rejection.BAD_LENGTH;
        }
        Action known = Action.of(action);
        if (known == null) {
            return Rejection.BAD_ACTION;
        }
        change.action = known;
        return finish(change) ? null : Rejection.BAD_VALUES;
    }

    private @Nullable Rejection readDigests(Change change) {
        change.clear();
        change.action = Action.DIGESTS;
        change.digests = digests;
        outOfRange = false;
        for (int field = reader.nextField(); field != 0; field = reader.nextField()) {
            switch (field) {
                case 1 -> change.firstBucket = ranged(BucketSet.BUCKETS - 1);
                case 2 -> readDigestList(change);
                default -> reader.skip();
            }
        }
        if (reader.failed()) {
            return Rejection.BAD_LENGTH;
        }
        outOfRange |= change.firstBucket + change.digestCount > BucketSet.BUCKETS;
        return outOfRange ? Rejection.BAD_VALUES : null;
    }

    private void readDigestList(Change change) {
        int length = reader.length();
        if (length > digests.length * Long.BYTES || length % Long.BYTES != 0) {
            reader.fail();
            return;
        }
        change.digestCount = length / Long.BYTES;
        for (int i = 0; i < change.digestCount; i++) {
            digests[i] = reader.rawFixed64();
        }
    }

    private void readField(int field, Change change) {
        StateRecord state = change.state;
        switch (field) {
            case 2 -> source4 = reader.fixed32();
            case 3 -> destination4 = reader.fixed32();
            case 4 -> readPorts(state.original);
            case 5 -> {
                hasProtocol = true;
                state.original.protocol = ranged(0xff);
            }
            case 6 -> state.status = (int) reader.varint() & ChangeEncoder.STATUS_MASK;
            case 7 -> state.timeoutSeconds = ranged(Integer.MAX_VALUE);
            case 8 -> readProtocolInfo(state);
            case 9 -> snat4 = reader.fixed32();
            case 10 -> {
                hasSnatPort = true;
                state.snatPort = ranged(0xffff);
            }
            case 11 -> change.version = (int) reader.varint();
            case 14 -> state.mark = (int) reader.varint();
            case 15 -> dnat4 = reader.fixed32();
            case 16 -> state.zone = ranged(0xffff);
            case 17 -> {
                hasDnatPort = true;
                state.dnatPort = ranged(0xffff);
            }
            case 20 -> state.sctpTagOriginal = reader.fixed32();
            case 21 -> state.sctpTagReply = reader.fixed32();
            case 22 -> change.orphan = reader.varint() != 0;
            case 25 -> change.expired = reader.varint() != 0;
            case 26 -> change.held = reader.varint() != 0;
            case 27 -> change.absentOwner = reader.fixed32();
            case 28 -> change.untouched = reader.varint() != 0;
            case 29 -> change.copiedFrom = reader.fixed32();
            case 30 -> change.absentTable = reader.fixed64();
            case 31 -> change.evicted = reader.varint() != 0;
            case 32 -> change.deliberate = reader.varint() != 0;
            default -> readLongField(field, change);
        }
    }

    private void readLongField(int field, Change change) {
        StateRecord state = change.state;
        if (field == 23 || field == 24) {
            readBulkMarker(field, change);
            return;
        }
        if (field == 33) {
            readAttachment(state);
            return;
        }
        if (field != 12 && field != 13 && field != 18 && field != 19) {
            reader.skip();
            return;
        }
        if (reader.length() != 16 || reader.failed()) {
            reader.fail();
            return;
        }
        long high = reader.bigLong(0);
        long low = reader.bigLong(Long.BYTES);
        reader.advance(16);
        switch (field) {
            case 12 -> {
                state.original.sourceHigh = high;
                state.original.sourceLow = low;
                addresses6 |= 1;
            }
            case 13 -> {
                state.original.destinationHigh = high;
                state.original.destinationLow = low;
                addresses6 |= 2;
            }
            case 18 -> {
                state.snatHigh = high;
                state.snatLow = low;
                addresses6 |= 4;
            }
            default -> {
                state.dnatHigh = high;
                state.dnatLow = low;
                addresses6 |= 8;
            }
        }
    }

    private void readAttachment(StateRecord state) {
        int length = reader.length();
        if (length > StateRecord.ATTACHMENT_MAX_BYTES || reader.failed()) {
            reader.fail();
            return;
        }
        state.attach(reader.buffer(), reader.position(), length);
        reader.advance(length);
    }

    private int ranged(int max) {
        long value = reader.varint();
        outOfRange |= value < 0 || value > max;
        return (int) value;
    }

    private void readPorts(FlowTuple tuple) {
        int ports = reader.fixed32();
        tuple.sourcePort = ports >>> 16;
        tuple.destinationPort = ports & 0xffff;
    }

    private void readProtocolInfo(StateRecord state) {
        int info = ranged((1 << 18) - 1);
        state.protocolState = info & 0xf;
        state.tcpScaleOriginal = info >> 4 & 0xf;
        state.tcpScaleReply = info >> 8 & 0xf;
        state.tcpFlagsOriginal = info >> 12 & ChangeEncoder.TCP_FLAGS_MASK;
        state.tcpFlagsReply = info >> 15 & ChangeEncoder.TCP_FLAGS_MASK;
    }

    private void readBulkMarker(int kind, Change change) {
        bulkMarker = true;
        int length = reader.length();
        inner.wrap(reader.buffer(), reader.position(), reader.position() + length);
        reader.advance(length);
        for (int field = inner.nextField(); field != 0; field = inner.nextField()) {
            switch (field) {
                case 1 -> change.bulkId = inner.varint();
                case 2 -> change.bulkEntries = inner.varint();
                case 3 -> {
                    if (kind == 23) {
                        readTarget(change);
                    } else {
                        change.bulkDigest = inner.fixed64();
                    }
                }
                case 4 -> outOfRange |= !change.buckets.read(inner);
                case 5 -> change.bulkTable = inner.fixed64();
                default -> inner.skip();
            }
        }
        if (inner.failed()) {
            reader.fail();
        }
        outOfRange |= change.bulkId <= 0 || change.bulkEntries < 0;
    }

    private void readTarget(Change change) {
        int end = inner.length();
        end += inner.position();
        if (change.targetCount == Change.MAX_TARGETS) {
            outOfRange = true;
            inner.advance(end - inner.position());
            return;
        }
        int creatorId = 0;
        long requestId = 0;
        while (inner.position() < end) {
            switch (inner.nextField()) {
                case 1 -> creatorId = inner.fixed32();
                case 2 -> requestId = inner.varint();
                default -> inner.skip();
            }
        }
        if (inner.position() != end) {
            inner.fail();
            return;
        }
        change.targetCreatorIds[change.targetCount] = creatorId;
        change.targetRequestIds[change.targetCount] = requestId;
        change.targetCount++;
    }

    private boolean finish(Change change) {
        if (outOfRange) {
            return false;
        }
        if (change.action == Action.BULK_START || change.action == Action.BULK_END) {
            return bulkMarker;
        }
        StateRecord state = change.state;
        FlowTuple tuple = state.original;
        if (!hasProtocol) {
            tuple.protocol = ChangeEncoder.PROTOCOL_TCP;
        }
        boolean ipv6 = (addresses6 & 3) == 3;
        tuple.family = ipv6 ? FlowTuple.FAMILY_IPV6 : FlowTuple.FAMILY_IPV4;
        if (ipv6) {
            if ((source4 | destination4 | snat4 | dnat4) != 0) {
                return false;
            }
        } else {
            if (addresses6 != 0) {
                return false;
            }
            tuple.sourceLow = Integer.toUnsignedLong(source4);
            tuple.destinationLow = Integer.toUnsignedLong(destination4);
        }
        return finishNat(state, ipv6) && finishProtocol(state);
    }

    private boolean finishNat(StateRecord state, boolean ipv6) {
        boolean snat = (state.status & StateRecord.STATUS_SOURCE_NAT) != 0;
        boolean dnat = (state.status & StateRecord.STATUS_DESTINATION_NAT) != 0;
        if ((hasSnatPort && !snat) || (hasDnatPort && !dnat)) {
            return false;
        }
        if (snat && !hasSnatPort) {
            state.snatPort = state.original.sourcePort;
        }
        if (dnat && !hasDnatPort) {
            state.dnatPort = state.original.destinationPort;
        }
        if (ipv6) {
            return snat == ((addresses6 & 4) != 0) && dnat == ((addresses6 & 8) != 0);
        }
        state.snatLow = Integer.toUnsignedLong(snat4);
        state.dnatLow = Integer.toUnsignedLong(dnat4);
        return (snat || snat4 == 0) && (dnat || dnat4 == 0);
    }

    /** TCP states end at 9 (tcp_conntrack of the kernel, which answers ERANGE beyond) and window scales at 14 (RFC 7323). */
    private static boolean finishProtocol(StateRecord state) {
        if (state.original.protocol == ChangeEncoder.PROTOCOL_TCP) {
            return state.protocolState <= 9 && state.tcpScaleOriginal <= 14 && state.tcpScaleReply <= 14;
        }
        return (state.tcpScaleOriginal | state.tcpScaleReply | state.tcpFlagsOriginal | state.tcpFlagsReply) == 0;
    }
}
