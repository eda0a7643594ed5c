// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.message.BucketSet;
import io.mirrorcarp.pfsync.message.StateRecord;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.LongArrayList;

/**
 * Who owns each flow, how often it changed, and what its content was: two longs per flow hash, nothing on the heap per flow. An owner is this
 * node, one session of a peer, or nobody: a flow whose owner is gone is kept as an orphan. What each owner has is summed up in digests, which
 * every change of the index keeps up.
 *
 * <p>A copy that the local kernel gave up before its owner ended the flow stays in the index as missing, so that a flow which begins anew
 * under the same tuple counts on from the version that the owner knows. It is in no digest.
 *
 * <p>What an owner must name anew to keep is <em>unnamed</em> until it does: see {@link #unname}. What it did not name is <em>doomed</em>: it waits
 * only for a dump of the local table, which tells its tuple.
 */
final class FlowIndex {
    /** What {@link #get(long)} answers for a flow that is not there. */
    static final long ABSENT = -1;
    /** What {@link #deadlineSeconds(long)} answers for a flow that was not imported. */
    static final long NO_DEADLINE = -1;
    /** Nobody's: an orphan. */
    static final int NOBODY = 0;
    /** This node's. */
    static final int SELF = 1;
    /** Of a flow that was in the local table before this life of the node: nobody's, as long as a peer may claim it. */
    static final int FOUND = 2;
    /** Of a flow that its owner no longer has. */
    static final int DOOMED = 3;

    private static final int OWNERS = 256;
    private static final int OWNER_SHIFT = 32;
    private static final long OWNER_MASK = 0xffL << OWNER_SHIFT;
    private static final long MISSING = 1L << 40;
    private static final long UNNAMED = 1L << 41;
    private static final int PROGRESS_SHIFT = 42;
    private static final int BUCKET_SHIFT = 48;
    private static final int SIGHTING_SHIFT = 56;
    private static final long SIGHTING_MASK = 0xffL << SIGHTING_SHIFT;
    private static final int INITIAL_CAPACITY = 1 << 12;
    private static final float LOAD_FACTOR = 0.65f;

    private final Long2LongHashMap entries = new Long2LongHashMap(INITIAL_CAPACITY, LOAD_FACTOR, ABSENT);
    private final Long2LongHashMap fingerprints = new Long2LongHashMap(INITIAL_CAPACITY, LOAD_FACTOR, 0);
    /** Of copies: when the import's timer runs out, in seconds. */
    private final Long2LongHashMap deadlines = new Long2LongHashMap(INITIAL_CAPACITY, LOAD_FACTOR, NO_DEADLINE);

    private final EndedFlows ended = new EndedFlows();
    private final boolean[] ownerInUse = new boolean[OWNERS];
    private final int[] owned = new int[OWNERS];
    private final OwnerDigest[] digests = new OwnerDigest[OWNERS];
    /** Counts the sweeps; see {@link #isSighted(long)}. */
    private int sweep;

    FlowIndex() {
        for (int owner = NOBODY; owner <= DOOMED; owner++) {
            ownerInUse[owner] = true;
            digests[owner] = new OwnerDigest();
        }
    }

    /** The entry of a flow, for the static methods below, or {@link #ABSENT}. */
    long get(long hash) {
        return entries.get(hash);
    }

    static int owner(long entry) {
        return (int) (entry >>> OWNER_SHIFT) & 0xff;
    }

    static int version(long entry) {
        return (int) entry;
    }

    static int bucket(long entry) {
        return (int) (entry >>> BUCKET_SHIFT) & 0xff;
    }

    /** How far a TCP flow has come, as of its last change; see {@link TcpProgress}. */
    static int progress(long entry) {
        return (int) (entry >>> PROGRESS_SHIFT) & (1 << TcpProgress.MOST_BITS) - 1;
    }

    /** Whether the local kernel gave up this copy. */
    static boolean isMissing(long entry) {
        return (entry & MISSING) != 0;
    }

    private static boolean isUnnamed(long entry) {
        return (entry & UNNAMED) != 0;
    }

    /** How many flows an owner has. */
    int count(int owner) {
        return owned[owner];
    }

    /** How many flows there are. */
    int size() {
        return entries.size();
    }

    /** The digest of what an owner has. */
    OwnerDigest digest(int owner) {
        return digests[owner];
    }

    /** The content of a flow that is there, as of its last change; see {@link FlowFingerprint#of}. */
    long fingerprint(long hash) {
        return fingerprints.get(hash);
    }

    /** Notes who owns a flow, and its content. */
    void put(long hash, StateRecord state, int owner, int version) {
        long fingerprint = FlowFingerprint.of(state);
        long entry = (long) owner << OWNER_SHIFT
                | Integer.toUnsignedLong(version)
                | (long) TcpProgress.of(state) << PROGRESS_SHIFT
                | (long) FlowFingerprint.bucket(state) << BUCKET_SHIFT
                | (long) sweep << SIGHTING_SHIFT;
        long before = entries.put(hash, entry);
        if (before != ABSENT) {
            subtract(before, fingerprints.get(hash));
        }
        fingerprints.put(hash, fingerprint);
        deadlines.remove(hash);
        add(entry, fingerprint);
    }

    /** Notes that the local kernel gave up a copy whose owner is still there. */
    void markMissing(long hash, long entry) {
        long fingerprint = fingerprints.get(hash);
        subtract(entry, fingerprint);
        long missing = entry | MISSING;
        entries.put(hash, missing);
        add(missing, fingerprint);
    }

    /** Notes when the timer of a flow runs out if no packet comes; {@link #put} forgets it. */
    void setDeadline(long hash, long seconds) {
        deadlines.put(hash, seconds);
    }

    /** When the timer of a copy runs out if no packet came since it was imported, or {@link #NO_DEADLINE}. */
    long deadlineSeconds(long hash) {
        return deadlines.get(hash);
    }

    /** A flow has ended, after so many changes: it is removed, and who does not know it yet is not believed. */
    void end(long hash, int version, long nowNanos) {
        remove(hash);
        ended.add(hash, version, nowNanos);
    }

    /** How often a flow that is not there had changed when it ended lately, unsigned, or {@link EndedFlows#NONE}. */
    long endedVersion(long hash) {
        return ended.version(hash);
    }

    void remove(long hash) {
        deadlines.remove(hash);
        long before = entries.remove(hash);
        if (before != ABSENT) {
            subtract(before, fingerprints.remove(hash));
        }
    }

    private void subtract(long entry, long fingerprint) {
        int owner = owner(entry);
        owned[owner]--;
        if (!isMissing(entry)) {
            digests[owner].subtract(bucket(entry), FlowFingerprint.digest(fingerprint, version(entry)));
        }
    }

    private void add(long entry, long fingerprint) {
        int owner = owner(entry);
        owned[owner]++;
        if (!isMissing(entry)) {
            digests[owner].add(bucket(entry), FlowFingerprint.digest(fingerprint, version(entry)));
        }
    }

    /** A number for the flows of a new session. There are far more than sessions. */
    int newOwner() {
        for (int owner = DOOMED + 1; owner < OWNERS; owner++) {
            if (!ownerInUse[owner]) {
                ownerInUse[owner] = true;
                digests[owner] = new OwnerDigest();
                return owner;
            }
        }
        throw new IllegalStateException("more sessions than owners");
    }

    /** Makes orphans of an owner's flows and forgets those that are missing. Takes time in proportion to the index. */
    void retire(int owner) {
        removeMissing(owner);
        hand(owner, NOBODY);
        ownerInUse[owner] = false;
    }

    /** A number for a new session of a peer, to which the flows of the last one pass. Takes time in proportion to the index. */
    int newOwner(int predecessor) {
        int owner = newOwner();
        hand(predecessor, owner);
        ownerInUse[predecessor] = false;
        return owner;
    }

    /** What was found in the local table, and no peer claims, is this node's. Takes time in proportion to the index. */
    void adoptFound() {
        hand(FOUND, SELF);
    }

    /** Gives an owner's flows to another. Takes time in proportion to the index. */
    private void hand(int from, int to) {
        if (owned[from] > 0) {
            entries.replaceAllLong((hash, entry) ->
                    owner(entry) == from ? (entry & ~OWNER_MASK & ~UNNAMED) | (long) to << OWNER_SHIFT : entry);
            owned[to] += owned[from];
            owned[from] = 0;
            digests[to].addAll(digests[from]);
            digests[from].clear();
        }
    }

    private void removeMissing(int owner) {
        LongArrayList missing = new LongArrayList();
        entries.forEachLong((hash, entry) -> {
            if (owner(entry) == owner && isMissing(entry)) {
                missing.addLong(hash);
            }
        });
        missing.forEachLong(this::remove);
    }

    /**
     * What an owner has in some buckets it must name again from now on, by {@link #put}. Takes time in proportion to the index.
     */
    void unname(int owner, BucketSet buckets) {
        entries.replaceAllLong(
                (hash, entry) -> owner(entry) == owner && buckets.has(bucket(entry)) ? entry | UNNAMED : entry);
    }

    /**
     * An owner has named all that it has in some buckets: what is unnamed still is doomed, and forgotten at once if it is missing. Takes time in proportion to the
     * index.
     *
     * @return how many flows were doomed
     */
    int doomUnnamed(int owner, BucketSet buckets) {
        LongArrayList unnamed = new LongArrayList();
        entries.forEachLong((hash, entry) -> {
            if (owner(entry) == owner && isUnnamed(entry) && buckets.has(bucket(entry))) {
                unnamed.addLong(hash);
            }
        });
        unnamed.forEachLong(this::doom);
        return unnamed.size();
    }

    private void doom(long hash) {
        long entry = entries.get(hash);
        if (isMissing(entry)) {
            remove(hash);
            return;
        }
        long fingerprint = fingerprints.get(hash);
        subtract(entry, fingerprint);
        long doomed = (entry & ~OWNER_MASK & ~UNNAMED) | (long) DOOMED << OWNER_SHIFT;
        entries.put(hash, doomed);
        add(doomed, fingerprint);
    }

    /** A sweep begins, which will sight every flow that the local kernel has. One that is put meanwhile counts as sighted. */
    void beginSweep() {
        sweep = sweep + 1 & 0xff;
    }

    /** The local kernel has a flow that is here. */
    void sight(long hash, long entry) {
        entries.put(hash, (entry & ~SIGHTING_MASK) | (long) sweep << SIGHTING_SHIFT);
    }

    /** Whether a flow was sighted, or put, since the last sweep began. */
    private boolean isSighted(long entry) {
        return (int) (entry >>> SIGHTING_SHIFT) == sweep;
    }

    /**
     * A sweep ends: the local kernel has none of the flows that it did not sight. The copies among them become missing, the others are forgotten. Takes
     * time in proportion to the index.
     *
     * @return how many flows that was
     */
    int endSweep() {
        LongArrayList unsighted = new LongArrayList();
        entries.forEachLong((hash, entry) -> {
            if (!isSighted(entry) && !isMissing(entry)) {
                unsighted.addLong(hash);
            }
        });
        unsighted.forEachLong(this::unsighted);
        return unsighted.size();
    }

    private void unsighted(long hash) {
        long entry = entries.get(hash);
        if (owner(entry) > DOOMED) {
            markMissing(hash, entry);
        } else {
            remove(hash);
        }
    }
}
