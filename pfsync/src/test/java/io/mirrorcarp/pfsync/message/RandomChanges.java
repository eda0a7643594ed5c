// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

import java.util.random.RandomGenerator;

/** Random changes, every field within the ranges of the wire. */
public final class RandomChanges {
    private static final int[] PROTOCOLS = {6, 6, 6, 17, 17, 1, 58, 132, 47, 0, 255};
    private static final Action[] FLOW_ACTIONS = {Action.INSERT, Action.UPDATE, Action.BULK, Action.DELETE};

    private final RandomGenerator random;

    public RandomChanges(RandomGenerator random) {
        this.random = random;
    }

    /** Fills a change of any kind, or digests. */
    public void fill(Change change) {
        if (random.nextInt(40) == 0) {
            fillDigests(change);
        } else {
            fillFlow(change);
        }
    }

    /** Fills a change of any kind. */
    public void fillFlow(Change change) {
        change.clear();
        if (random.nextInt(20) == 0) {
            fillMarker(change);
            return;
        }
        change.action = FLOW_ACTIONS[random.nextInt(FLOW_ACTIONS.length)];
        change.version = random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(3);
        if (change.action == Action.DELETE) {
            fillKey(change.state);
            change.expired = random.nextBoolean();
            change.evicted = random.nextInt(4) == 0;
            change.deliberate = random.nextInt(4) == 0;
        } else {
            fillState(change.state);
            change.orphan = random.nextInt(8) == 0;
            change.held = change.orphan && random.nextBoolean();
            change.copiedFrom = change.held && random.nextBoolean() ? random.nextInt() : 0;
            change.absentOwner = change.orphan && !change.held ? random.nextInt() : 0;
            change.absentTable = change.absentOwner == 0 || random.nextBoolean() ? 0 : random.nextLong();
            change.untouched = random.nextInt(8) == 0;
        }
    }

    private void fillMarker(Change change) {
        change.action = random.nextBoolean() ? Action.BULK_START : Action.BULK_END;
        change.bulkId = random.nextLong(1, Long.MAX_VALUE);
        change.bulkEntries = random.nextLong(0, Long.MAX_VALUE);
        if (change.action == Action.BULK_END) {
            change.bulkDigest = random.nextLong();
        } else {
            change.buckets.copyFrom(buckets(random));
            change.bulkTable = random.nextBoolean() ? 0 : random.nextLong();
            change.targetCount = random.nextInt(Change.MAX_TARGETS + 1);
            for (int i = 0; i < change.targetCount; i++) {
                change.targetCreatorIds[i] = random.nextInt();
                change.targetRequestIds[i] = random.nextLong();
            }
        }
    }

    /** Fills digests. */
    public void fillDigests(Change change) {
        change.clear();
        change.action = Action.DIGESTS;
        change.firstBucket = random.nextInt(BucketSet.BUCKETS);
        change.digestCount = 1 + random.nextInt(Math.min(Change.MAX_DIGESTS, BucketSet.BUCKETS - change.firstBucket));
        change.digests = new long[change.digestCount];
        for (int i = 0; i < change.digestCount; i++) {
            change.digests[i] = random.nextLong();
        }
    }

    /** Some of the buckets, or all. */
    static BucketSet buckets(RandomGenerator random) {
        BucketSet buckets = new BucketSet();
        if (random.nextInt(3) == 0) {
            return buckets;
        }
        buckets.clear();
        for (int i = random.nextInt(40); i > 0; i--) {
            buckets.add(random.nextInt(BucketSet.BUCKETS));
        }
        return buckets;
    }

    /** Fills tuple and zone. */
    public void fillKey(StateRecord state) {
        FlowTuple tuple = state.original;
        boolean ipv6 = random.nextInt(3) == 0;
        tuple.family = ipv6 ? FlowTuple.FAMILY_IPV6 : FlowTuple.FAMILY_IPV4;
        tuple.protocol = PROTOCOLS[random.nextInt(PROTOCOLS.length)];
        tuple.sourceHigh = ipv6 ? random.nextLong() : 0;
        tuple.sourceLow = ipv6 ? random.nextLong() : address4();
        tuple.destinationHigh = ipv6 ? random.nextLong() : 0;
        tuple.destinationLow = ipv6 ? random.nextLong() : address4();
        tuple.sourcePort = random.nextInt(0x10000);
        tuple.destinationPort = random.nextInt(5) == 0 ? 0 : random.nextInt(0x10000);
        state.zone = random.nextInt(4) == 0 ? random.nextInt(0x10000) : 0;
    }

    /** Fills every field of a flow. */
    public void fillState(StateRecord state) {
        fillKey(state);
        boolean ipv6 = state.original.family == FlowTuple.FAMILY_IPV6;
        state.status = (random.nextInt(4) << 1) | (random.nextInt(4) << 4);
        state.timeoutSeconds = random.nextInt(3) == 0 ? 432_000 : random.nextInt(0, Integer.MAX_VALUE);
        state.mark = random.nextInt(3) == 0 ? random.nextInt() : 0;
        if (random.nextInt(5) == 0) {
            byte[] attachment = new byte[random.nextInt(StateRecord.ATTACHMENT_MAX_BYTES + 1)];
            random.nextBytes(attachment);
            state.attach(attachment, 0, attachment.length);
        }
        if ((state.status & StateRecord.STATUS_SOURCE_NAT) != 0) {
            state.snatHigh = ipv6 ? random.nextLong() : 0;
            state.snatLow = ipv6 ? random.nextLong() : address4();
            state.snatPort = random.nextBoolean() ? state.original.sourcePort : random.nextInt(0x10000);
        }
        if ((state.status & StateRecord.STATUS_DESTINATION_NAT) != 0) {
            state.dnatHigh = ipv6 ? random.nextLong() : 0;
            state.dnatLow = ipv6 ? random.nextLong() : address4();
            state.dnatPort = random.nextBoolean() ? state.original.destinationPort : random.nextInt(0x10000);
        }
        if (state.original.protocol == 6) {
            state.protocolState = random.nextInt(10);
            state.tcpScaleOriginal = random.nextInt(15);
            state.tcpScaleReply = random.nextInt(15);
            state.tcpFlagsOriginal = random.nextInt(8);
            state.tcpFlagsReply = random.nextInt(8);
        } else if (state.original.protocol == 132) {
            state.protocolState = random.nextInt(9);
            state.sctpTagOriginal = random.nextInt();
            state.sctpTagReply = random.nextInt();
        }
    }

    private long address4() {
        return Integer.toUnsignedLong(random.nextInt());
    }
}
