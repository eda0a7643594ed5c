// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.message.BucketSet;
import io.mirrorcarp.pfsync.message.StateRecord;
import org.agrona.collections.LongArrayList;

/**
 * Who owns each flow, how often it changed, and what its content was, with nothing on the heap per flow. An owner is this
 * node or a node that is known: there or absent. What each owner has is summed up in digests, which every change of the index keeps up.
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
    /** This node's. */
    static final int SELF = 0;
    /** This node's unless somebody claims it: it was in the local table before this life of the node, or its owner will not come back. */
    static final int HELD = 1;
    /** Held, and a copy of a flow of the only peer that the life before this one had. */
    static final int COPIED = 2;
    /** Of a flow that its owner no longer has. */
    static final int DOOMED = 3;

    private static final int OWNERS = 256;
    private static final long VERSION_MASK = 0xffff_ffffL;
    private static final int OWNER_SHIFT = 32;
    private static final long OWNER_MASK = 0xffL << OWNER_SHIFT;
    private static final long MISSING = 1L << 40;
    private static final long UNNAMED = 1L << 41;
    private static final int PROGRESS_SHIFT = 42;
    private static final long HELD_BIT = 1L << 46;
    /** In every entry, so that none is 0. */
    private static final long PRESENT = 1L << 47;

    private static final int BUCKET_SHIFT = 48;
    private static final long FOUND = 1L << 56;
    private static final int SIGHTING_SHIFT = 57;
    private static final int SIGHTINGS = 1 << 7;
    private static final long SIGHTING_MASK = (SIGHTINGS - 1L) << SIGHTING_SHIFT;
    private static final int NO_DEADLINE = -1;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** The kernel's clock ticks and this one differ, and both are read in whole seconds. */
    private static final long SLACK_SECONDS = 2;

    private final FlowStore flows = new FlowStore();
    private final EndedFlows ended = new EndedFlows();
    private final boolean[] ownerInUse = new boolean[OWNERS];
    private final int[] owned = new int[OWNERS];
    private final OwnerDigest[] digests = new OwnerDigest[OWNERS];
    /** Counts the sweeps; see {@link #isSighted(long)}. */
    private int sweep;

    FlowIndex() {
        for (int owner = SELF; owner <= DOOMED; owner++) {
            ownerInUse[owner] = true;
            digests[owner] = new OwnerDigest();
        }
        digests[HELD] = digests[SELF];
        digests[COPIED] = digests[SELF];
    }

    /** The entry of a flow, for the static methods below, or {@link #ABSENT}. */
    long get(long hash) {
        return flows.find(hash) ? flows.entry() : ABSENT;
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

    /** How far a flow has come, as of its last change; see {@link FlowProgress}. */
    static int progress(long entry) {
        return (int) (entry >>> PROGRESS_SHIFT) & (1 << FlowProgress.MOST_BITS) - 1;
    }

    /** Whether the local kernel gave up this copy. */
    static boolean isMissing(long entry) {
        return (entry & MISSING) != 0;
    }

    /** Whether the owner only holds the flow: any claim is better. */
    static boolean isHeld(long entry) {
        return (entry & HELD_BIT) != 0 || owner(entry) == HELD || owner(entry) == COPIED;
    }

    /** Whether the flow was in the local kernel before this life of the node, and its timer there is still the kernel's own. */
    static boolean isFound(long entry) {
        return (entry & FOUND) != 0;
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
        return flows.size();
    }

    /** How many flows this node owns, with those that it holds. */
    int ownCount() {
        return owned[SELF] + owned[HELD] + owned[COPIED];
    }

    /** The digest of what an owner has. What this node holds is in its own digest. */
    OwnerDigest digest(int owner) {
        return digests[owner];
    }

    /** Whether the local kernel shows of a flow that is there what it should, as far as events would tell of a change. */
    boolean hasDetail(long hash, StateRecord state) {
        return flows.find(hash) && flows.detail() == FlowFingerprint.detail(state);
    }

    /** The content of a flow that is there, as of its last change; see {@link FlowFingerprint#of}. */
    long fingerprint(long hash) {
        return flows.find(hash) ? flows.fingerprint() : 0;
    }

    /** Notes who owns a flow, and its content. */
    void put(long hash, StateRecord state, int owner, int version) {
        put(hash, state, owner, version, false);
    }

    /**
     * Notes who owns a flow, and its content.
     *
     * @param held whether the owner, a peer, only holds it
     */
    void put(long hash, StateRecord state, int owner, int version, boolean held) {
        long key = FlowFingerprint.ofKey(state);
        long fingerprint = FlowFingerprint.of(key, state);
        long entry = (long) owner << OWNER_SHIFT
                | Integer.toUnsignedLong(version)
                | (long) FlowProgress.of(state) << PROGRESS_SHIFT
                | (held ? HELD_BIT : 0)
                | PRESENT
                | (long) FlowFingerprint.bucketOf(key) << BUCKET_SHIFT
                | (long) sweep << SIGHTING_SHIFT;
        if (flows.find(hash)) {
            subtract(flows.entry(), flows.fingerprint());
            flows.setEntry(entry);
        } else {
            flows.add(hash, entry);
        }
        flows.setContent(fingerprint, FlowFingerprint.detail(state));
        flows.setDeadline(NO_DEADLINE);
        add(entry, fingerprint);
    }

    /** Notes whose a flow is that is there, and whose content is known to be as before. */
    void assign(long hash, int owner, int version, boolean held) {
        if (flows.find(hash)) {
            long kept = flows.entry() & ~(OWNER_MASK | VERSION_MASK | MISSING | UNNAMED | HELD_BIT | SIGHTING_MASK);
            replace(kept
                    | (long) owner << OWNER_SHIFT
                    | Integer.toUnsignedLong(version)
                    | (held ? HELD_BIT : 0)
                    | (long) sweep << SIGHTING_SHIFT);
        }
    }

    /** Notes that the local kernel does not have a copy whose owner is still there, and forgets one whose owner no longer has it. */
    void markMissing(long hash) {
        if (flows.find(hash)) {
            if (owner(flows.entry()) == DOOMED) {
                remove(hash);
            } else {
                replace(flows.entry() | MISSING);
            }
        }
    }

    /** Notes that the local kernel has, or is about to have, a copy that was missing. */
    void markPresent(long hash) {
        if (flows.find(hash)) {
            replace(flows.entry() & ~MISSING);
        }
    }

    /** Replaces the entry of the flow that was found last. */
    private void replace(long entry) {
        long fingerprint = flows.fingerprint();
        subtract(flows.entry(), fingerprint);
        flows.setEntry(entry);
        add(entry, fingerprint);
    }

    /** Notes what the local kernel has of a flow that is there, whatever its owner told. */
    void setContent(long hash, StateRecord state) {
        if (flows.find(hash)) {
            subtract(flows.entry(), flows.fingerprint());
            flows.setContent(FlowFingerprint.of(state), FlowFingerprint.detail(state));
            add(flows.entry(), flows.fingerprint());
        }
    }

    /** Notes what the timer of a flow that is imported, or found, has left; {@link #put} forgets it. */
    void setTimeout(long hash, long timeoutSeconds, long nowNanos) {
        if (flows.find(hash)) {
            flows.setDeadline((int) (nowNanos / NANOS_PER_SECOND + timeoutSeconds));
        }
    }

    /** Notes whose a flow is that was in the local kernel before this life of the node: how often it changed is not known. */
    void putFound(long hash, StateRecord state, int owner, long nowNanos) {
        put(hash, state, owner, 0);
        flows.setEntry(flows.entry() | FOUND);
        setTimeout(hash, state.timeoutSeconds, nowNanos);
    }

    /**
     * Whether it is known that no packet of a flow came since it was imported: packets set its timer to something else.
     *
     * @param timeoutSeconds what its timer has left in the local kernel
     */
    boolean isUntouched(long hash, long timeoutSeconds, long nowNanos) {
        int imported = deadline(hash);
        return imported != NO_DEADLINE && !isFound(flows.entry()) && !isRefreshed(imported, timeoutSeconds, nowNanos);
    }

    /** Whether packets of a flow came since it was imported, or found. False where that is not known. */
    boolean isInUse(long hash, long timeoutSeconds, long nowNanos) {
        int imported = deadline(hash);
        return imported != NO_DEADLINE && isRefreshed(imported, timeoutSeconds, nowNanos);
    }

    /**
     * Whether the timer of a copy, which has run out now, was the local kernel's own: the flow was found here, or packets that were seen here set it to less
     * than the import did.
     */
    boolean wasLocalTimer(long hash, long nowNanos) {
        int imported = deadline(hash);
        return imported == NO_DEADLINE
                || isFound(flows.entry())
                || nowNanos / NANOS_PER_SECOND + SLACK_SECONDS < imported;
    }

    /** Whether a flow is not known to have been imported, so that its timer in the local kernel is that kernel's own. */
    boolean hasLocalTimer(long hash) {
        return deadline(hash) == NO_DEADLINE;
    }

    private int deadline(long hash) {
        return flows.find(hash) ? flows.deadline() : NO_DEADLINE;
    }

    private static boolean isRefreshed(int imported, long timeoutSeconds, long nowNanos) {
        return Math.abs(nowNanos / NANOS_PER_SECOND + timeoutSeconds - imported) > SLACK_SECONDS;
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
        if (flows.find(hash)) {
            subtract(flows.entry(), flows.fingerprint());
            flows.remove();
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

    /** An owner will not come back: this node holds its flows, but for those that are missing. Takes time in proportion to the index. */
    void retire(int owner) {
        removeMissing(owner);
        hand(owner, HELD);
        ownerInUse[owner] = false;
    }

    /** A number for a new session of a peer, to which the flows of the last one pass. Takes time in proportion to the index. */
    int newOwner(int predecessor) {
        int owner = newOwner();
        hand(predecessor, owner);
        ownerInUse[predecessor] = false;
        return owner;
    }

    /** Gives an owner's flows to another. Takes time in proportion to the index. */
    private void hand(int from, int to) {
        if (owned[from] > 0) {
            flows.replaceAll(entry -> owner(entry) == from
                    ? (entry & ~OWNER_MASK & ~UNNAMED & ~HELD_BIT) | (long) to << OWNER_SHIFT
                    : entry);
            owned[to] += owned[from];
            owned[from] = 0;
            if (digests[to] != digests[from]) {
                digests[to].addAll(digests[from]);
                digests[from].clear();
            }
        }
    }

    private void removeMissing(int owner) {
        LongArrayList missing = flows.select(entry -> owner(entry) == owner && isMissing(entry));
        missing.forEachLong(this::remove);
    }

    /**
     * What an owner has in some buckets it must name again from now on, by {@link #put}. Takes time in proportion to the index.
     */
    void unname(int owner, BucketSet buckets) {
        flows.replaceAll(entry -> owner(entry) == owner && buckets.has(bucket(entry)) ? entry | UNNAMED : entry);
    }

    /**
     * An owner has named all that it has in some buckets: what is unnamed still is doomed, and forgotten at once if it is missing. Takes time in proportion to the
     * index.
     *
     * @return how many flows were doomed
     */
    int doomUnnamed(int owner, BucketSet buckets) {
        LongArrayList unnamed =
                flows.select(entry -> owner(entry) == owner && isUnnamed(entry) && buckets.has(bucket(entry)));
        unnamed.forEachLong(this::doom);
        return unnamed.size();
    }

    private void doom(long hash) {
        long entry = get(hash);
        if (isMissing(entry)) {
            remove(hash);
        } else {
            replace((entry & ~OWNER_MASK & ~UNNAMED & ~HELD_BIT) | (long) DOOMED << OWNER_SHIFT);
        }
    }

    /** A sweep begins, which will sight every flow that the local kernel has. One that is put meanwhile counts as sighted. */
    void beginSweep() {
        sweep = (sweep + 1) % SIGHTINGS;
    }

    /** The local kernel has a flow that is here. */
    void sight(long hash) {
        if (flows.find(hash)) {
            flows.setEntry((flows.entry() & ~SIGHTING_MASK) | (long) sweep << SIGHTING_SHIFT);
        }
    }

    /** Whether a flow was sighted, or put, since the last sweep began. */
    private boolean isSighted(long entry) {
        return (int) (entry >>> SIGHTING_SHIFT) == sweep;
    }

    /**
     * A sweep ends: the local kernel has none of the flows that it did not sight. The copies among them become missing, the others have ended. Takes
     * time in proportion to the index.
     *
     * @return how many flows that was
     */
    int endSweep(long nowNanos) {
        LongArrayList unsighted = flows.select(entry -> !isSighted(entry) && !isMissing(entry));
        unsighted.forEachLong(hash -> unsighted(hash, nowNanos));
        return unsighted.size();
    }

    private void unsighted(long hash, long nowNanos) {
        long entry = get(hash);
        int owner = owner(entry);
        if (owner > DOOMED) {
            markMissing(hash);
        } else if (owner == DOOMED) {
            remove(hash);
        } else {
            end(hash, version(entry), nowNanos);
        }
    }
}
