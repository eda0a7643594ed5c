// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.equality;

import io.mirrorcarp.pfsync.flows.OwnerDigest;
import io.mirrorcarp.pfsync.message.BucketSet;
import io.mirrorcarp.pfsync.message.Change;

/**
 * What this node still wants of one peer to know that it has all that the peer owns. It asks for bulk updates of the buckets that are not known to be
 * equal, a part of them at a time, and then for the peer's digests: the wish is fulfilled when these show no difference. A peer without digests is
 * believed when the number of entries agrees.
 *
 * <p>A flow that moves between the two nodes while they compare makes a difference too, but not the same one twice. So a difference counts
 * that two comparisons, {@value #PAUSE_NANOS} ns apart, both show.
 *
 * <p>Each request has an id of its own, so that the start of an earlier bulk update is not taken for its own.
 */
public final class BulkWish {
    private enum Phase {
        NONE,
        COMPARING,
        WANTED,
        RUNNING,
        PROVEN,
        DONE
    }

    private static final long FIRST_RETRY_NANOS = 50_000_000;
    private static final long LAST_RETRY_NANOS = 400_000_000;
    /** A request that brings nothing for this long is made anew. */
    private static final long STALL_NANOS = 2_000_000_000L;
    /** The peer may answer others first. */
    private static final long WAITING_NANOS = 10_000_000_000L;
    /** A request is made anew no sooner than this after the last time that changes were lost. */
    private static final long SPOILED_PAUSE_NANOS = 500_000_000;
    /** Longer than a change takes to the peer and back. */
    private static final long PAUSE_NANOS = 100_000_000;

    private static final int LONGEST_PAUSE_SHIFT = 10;
    /** The longest pause between two repairs that do not help, and what each flow adds to it: a repair reads the whole table. */
    private static final long LONGEST_PAUSE_NANOS = 1_500_000_000L;

    private static final long PAUSE_NANOS_PER_ENTRY = 10_000;
    /**
     * A large table is asked for in parts of so many entries once a loss has spoiled an update of all of it, so that what came before the next loss
     * need not come again. The first update is of all: the peer reads its whole table for each part.
     */
    private static final int PART_ENTRIES = 131_072;

    private static final int MOST_PARTS = 4;

    private final BucketSet remaining = new BucketSet();
    private final BucketSet part = new BucketSet();
    private final DigestComparison comparison = new DigestComparison();
    private Phase phase = Phase.NONE;
    private boolean provable;
    private boolean inParts;
    /** A comparison is with a dump of the peer. */
    private boolean dumped;

    private int repairs;
    private int repairedBuckets;
    private long requestId;
    /** The request for which the part was chosen. */
    private long partRequestId;

    private long dueNanos = Long.MAX_VALUE;
    private long stallNanos;
    private long retryNanos;
    private long spoiledNanos;
    private long entries;
    private long bulkId;
    private long partReceived;
    private long received;
    private long expected;

    /** A session of the peer begins: nothing of its table is known. */
    public void begin(boolean peerHasDigests) {
        provable = peerHasDigests;
        remaining.fill();
    }

    /** Wants all that the peer has, whatever is known of it. */
    public void wantEverything(long newRequestId, long nowNanos) {
        remaining.fill();
        want(newRequestId, nowNanos);
    }

    /** Wants what is not known to be equal: the rest of a wish that was not fulfilled, or else a comparison. */
    public void want(long newRequestId, long nowNanos) {
        inParts = phase == Phase.RUNNING || (inParts && isOpen());
        if (!isOpen()) {
            received = 0;
            expected = 0;
            repairs = 0;
            repairedBuckets = 0;
        }
        if (!provable) {
            remaining.fill();
        }
        request(newRequestId, nowNanos);
    }

    /** Wants a comparison with what a dump of the peer's table shows, which takes the peer a while. */
    void wantDump(long newRequestId, long nowNanos) {
        want(newRequestId, nowNanos);
        dumped = isComparing();
        stallNanos = nowNanos + WAITING_NANOS;
    }

    /** Whether the peer shall read its table before it compares. */
    public boolean isDumped() {
        return dumped && isComparing();
    }

    private void request(long newRequestId, long whenNanos) {
        requestId = newRequestId;
        dueNanos = whenNanos;
        stallNanos = whenNanos + (remaining.isEmpty() ? STALL_NANOS : WAITING_NANOS);
        retryNanos = FIRST_RETRY_NANOS;
        if (remaining.isEmpty()) {
            phase = Phase.COMPARING;
        } else {
            phase = Phase.WANTED;
        }
    }

    /** Wants none any more: the peer is gone. */
    public void drop() {
        phase = Phase.NONE;
        dueNanos = Long.MAX_VALUE;
    }

    /** Whether something is wanted, or under way. */
    public boolean isOpen() {
        return phase != Phase.NONE && phase != Phase.DONE;
    }

    /** Whether the last wish was fulfilled. */
    public boolean isDone() {
        return phase == Phase.DONE;
    }

    public boolean isRunning() {
        return phase == Phase.RUNNING || phase == Phase.PROVEN;
    }

    public long requestId() {
        return requestId;
    }

    /** Whether the request is for digests, and not for a bulk update. */
    public boolean isComparing() {
        return phase == Phase.COMPARING;
    }

    /**
     * Which buckets to ask for: the same each time that a request is repeated, since the peer answers the one that came first.
     *
     * @param peerEntries how many flows the peer has
     */
    public BucketSet part(long peerEntries) {
        entries = peerEntries;
        if (partRequestId != requestId) {
            partRequestId = requestId;
            choosePart();
        }
        return part;
    }

    private void choosePart() {
        int parts = inParts ? (int) Math.min(MOST_PARTS, 1 + entries / PART_ENTRIES) : 1;
        int size = (BucketSet.BUCKETS + parts - 1) / parts;
        part.copyFrom(remaining);
        for (int bucket = 0, count = 0; bucket < BucketSet.BUCKETS; bucket++) {
            if (part.has(bucket) && ++count > size) {
                part.remove(bucket);
            }
        }
    }

    /** The buckets that the running bulk update must cover. */
    public BucketSet part() {
        return part;
    }

    public long received() {
        return received;
    }

    public long expected() {
        return expected;
    }

    /** When to ask, again or at all, or {@link Long#MAX_VALUE}. */
    public long dueNanos() {
        return dueNanos;
    }

    /** Whether the answer has stalled, so that a new wish is due rather than a repeated request. */
    public boolean isStalled(long nowNanos) {
        return isOpen() && nowNanos >= stallNanos;
    }

    /**
     * Changes of the peer are lost for good, perhaps some that this wish waits for.
     *
     * @return whether the request is to be made anew; if not, the end of what runs shows what is missing
     */
    public boolean isSpoiled(long nowNanos) {
        if (!provable || !isOpen()) {
            return true;
        }
        if (phase == Phase.RUNNING) {
            return false;
        }
        if (nowNanos < spoiledNanos) {
            // The whole answer may be among what is lost, and the peer does not give it twice.
            stallNanos = Math.min(stallNanos, spoiledNanos);
            return false;
        }
        spoiledNanos = nowNanos + SPOILED_PAUSE_NANOS;
        return true;
    }

    /** The request was sent. */
    public void onRequested(long nowNanos) {
        dueNanos = nowNanos + retryNanos;
        retryNanos = Math.min(2 * retryNanos, LAST_RETRY_NANOS);
    }

    /** A bulk update begins that answers the request {@code answered}, among others; true when that is the present one. */
    public boolean onStart(long answered, Change start, long nowNanos) {
        if (phase != Phase.WANTED || answered != requestId) {
            return false;
        }
        phase = Phase.RUNNING;
        bulkId = start.bulkId;
        // What it does not cover it will not name, which does not mean that it has ended.
        part.retainAll(start.buckets);
        expected = Math.max(expected, received + start.bulkEntries * part.size() / BucketSet.BUCKETS);
        partReceived = 0;
        dueNanos = nowNanos + STALL_NANOS;
        stallNanos = dueNanos;
        return true;
    }

    /** One entry came; false when it belongs to none that was asked for. */
    public boolean onEntry(long nowNanos) {
        if (phase != Phase.RUNNING) {
            return false;
        }
        partReceived++;
        received++;
        expected = Math.max(expected, received);
        dueNanos = nowNanos + STALL_NANOS;
        stallNanos = dueNanos;
        return true;
    }

    /** Whether the bulk update that runs is the one of this id. */
    public boolean isRunning(long id) {
        return phase == Phase.RUNNING && id == bulkId;
    }

    /** Whether as many entries came as were sent: then all that the peer has in the {@link #part()} was named. */
    public boolean isWhole(long count) {
        return count == partReceived;
    }

    /**
     * The bulk update that runs has ended and is whole.
     *
     * @param equal whether the peer's digest is that of its flows here
     */
    public void onEnd(boolean equal, long nowNanos) {
        remaining.removeAll(part);
        repairedBuckets += part.size();
        boolean last = remaining.isEmpty();
        if (last && (equal || !provable)) {
            prove();
        } else {
            comparison.begin();
            repairs += last ? 1 : 0;
            request(requestId + 1, nowNanos + (last ? pauseNanos() : 0));
        }
    }

    /** The longest pause between two repairs of a peer's flows, for that many flows. */
    public static long longestPauseNanos(long entries) {
        return LONGEST_PAUSE_NANOS + entries * PAUSE_NANOS_PER_ENTRY;
    }

    /** Longer and longer, when repairs do not help. */
    private long pauseNanos() {
        return repairs <= 1
                ? 0
                : Math.min(PAUSE_NANOS << Math.min(repairs, LONGEST_PAUSE_SHIFT), longestPauseNanos(entries));
    }

    private void prove() {
        phase = Phase.PROVEN;
        dueNanos = Long.MAX_VALUE;
        stallNanos = Long.MAX_VALUE;
    }

    /** Digests of the peer came: draws the consequences when they are the last of a comparison. */
    public void onDigests(Change digests, OwnerDigest own, long nowNanos) {
        if (phase != Phase.COMPARING || !comparison.add(digests, own)) {
            return;
        }
        dumped = false;
        if (comparison.isEqual() || (repairs > 0 && comparison.isSecond() && comparison.isInMotion())) {
            comparison.begin();
            prove();
        } else if (!comparison.isSecond()) {
            comparison.again();
            request(requestId + 1, nowNanos + PAUSE_NANOS);
        } else {
            comparison.addDifferences(remaining);
            comparison.begin();
            request(requestId + 1, nowNanos);
        }
    }

    /** How many buckets were asked for since the wish began. */
    public int repairedBuckets() {
        return repairedBuckets;
    }

    /** What came is in the kernel; true when that fulfils the wish. */
    public boolean onFlushed() {
        if (phase != Phase.PROVEN) {
            return false;
        }
        phase = Phase.DONE;
        return true;
    }
}
