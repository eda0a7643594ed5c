// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

/** One change of the stream. A carrier, reused from change to change. */
public final class Change {
    /** At most this many requests are answered by one bulk update. */
    public static final int MAX_TARGETS = 16;

    public Action action = Action.INSERT;

    /** The flow, for {@link Action#INSERT}, {@link Action#UPDATE} and {@link Action#BULK}; its key alone for {@link Action#DELETE}. */
    public final StateRecord state = new StateRecord();

    /** How often the flow changed, by whichever node; unsigned, 0 when it is created. */
    public int version;

    /** In a bulk entry or an update: the sender does not claim the flow. It holds it until somebody does, or keeps it for an absent owner. */
    public boolean orphan;

    /** In a bulk entry that is an orphan: the sender owns the flow unless somebody claims it. */
    public boolean held;

    /** Of an orphan that is not held: the creator id of the absent owner, or 0 if it is not told. */
    public int absentOwner;

    /** What names the kernel table of the absent owner; 0 where that is not known. */
    public long absentTable;

    /** In a bulk entry that is held: the creator id of the node of whose flow it is a copy, if that is known, or 0. It has ended if that node does not know it. */
    public int copiedFrom;

    /** In a bulk entry: no packet came since the sender imported the flow, so that its timeout is a copy's. */
    public boolean untouched;

    /** In a delete: the flow's timer ran out, so that it has not ended where packets of it are seen. */
    public boolean expired;

    /** In a delete: the sender's kernel gave the flow up, so that it has not ended. With {@link #expired} too, a program deleted it on a backup. */
    public boolean evicted;

    /** In a delete: an administrator of the sender wants the flow gone, whatever packets still come. */
    public boolean deliberate;

    /** {@link Action#BULK_START} and {@link Action#BULK_END}: which bulk update of this sender, from 1. */
    public long bulkId;

    /** {@link Action#BULK_START}: about how many entries will come; {@link Action#BULK_END}: how many came. */
    public long bulkEntries;

    /** {@link Action#BULK_START}: how many of the arrays' places are in use. */
    public int targetCount;

    /** Creator ids of the nodes whose requests are answered. */
    public final int[] targetCreatorIds = new int[MAX_TARGETS];

    /** The ids of their requests. */
    public final long[] targetRequestIds = new long[MAX_TARGETS];

    /** {@link Action#BULK_START}: the buckets that the bulk update covers. */
    public final BucketSet buckets = new BucketSet();

    /** {@link Action#BULK_START}: names the sender's kernel table, as its heartbeats do; 0 when it is not told. */
    public long bulkTable;

    /** {@link Action#BULK_END}: over all flows that the sender owns. */
    public long bulkDigest;

    /** {@link Action#DIGESTS}: the bucket of the first digest, and how many there are. */
    public int firstBucket;

    public int digestCount;

    /** {@link Action#DIGESTS}: at least {@link #digestCount} digests. The array belongs to who wrote the change. */
    public long[] digests = NO_DIGESTS;

    /** How many digests fit into the smallest frame. */
    public static final int MAX_DIGESTS = 128;

    private static final long[] NO_DIGESTS = new long[0];

    /** Sets every field to 0, {@code INSERT}, false or all. */
    public void clear() {
        action = Action.INSERT;
        state.clear();
        version = 0;
        orphan = false;
        held = false;
        absentOwner = 0;
        absentTable = 0;
        copiedFrom = 0;
        untouched = false;
        expired = false;
        evicted = false;
        deliberate = false;
        bulkId = 0;
        bulkEntries = 0;
        targetCount = 0;
        buckets.fill();
        bulkTable = 0;
        bulkDigest = 0;
        firstBucket = 0;
        digestCount = 0;
        digests = NO_DIGESTS;
    }

    /** Takes every field of {@code other}. */
    public void copyFrom(Change other) {
        action = other.action;
        state.copyFrom(other.state);
        version = other.version;
        orphan = other.orphan;
        held = other.held;
        absentOwner = other.absentOwner;
        absentTable = other.absentTable;
        copiedFrom = other.copiedFrom;
        untouched = other.untouched;
        expired = other.expired;
        evicted = other.evicted;
        deliberate = other.deliberate;
        bulkId = other.bulkId;
        bulkEntries = other.bulkEntries;
        targetCount = other.targetCount;
        System.arraycopy(other.targetCreatorIds, 0, targetCreatorIds, 0, targetCount);
        buckets.copyFrom(other.buckets);
        bulkTable = other.bulkTable;
        bulkDigest = other.bulkDigest;
        firstBucket = other.firstBucket;
        digestCount = other.digestCount;
        digests = other.digests;
        System.arraycopy(other.targetRequestIds, 0, targetRequestIds, 0, targetCount);
    }
}
