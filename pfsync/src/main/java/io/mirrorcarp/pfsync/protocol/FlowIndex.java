// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.LongArrayList;

/**
 * Who owns each flow, and how often it changed: one long per flow hash, nothing on the heap per flow. An owner is this node, one session of
 * a peer, or nobody: a flow whose owner is gone is kept as an orphan.
 *
 * <p>A copy that the local kernel gave up before its owner ended the flow stays in the index as missing, so that a flow which begins anew
 * under the same tuple counts on from the version that the owner knows.
 */
final class FlowIndex {
    /** What {@link #get(long)} answers for a flow that is not there. */
    static final long ABSENT = -1;
    /** Nobody's: an orphan. */
    static final int NOBODY = 0;
    /** This node's. */
    static final int SELF = 1;

    private static final int OWNERS = 256;
    private static final long MISSING = 1L << 40;
    private static final int INITIAL_CAPACITY = 1 << 12;
    private static final float LOAD_FACTOR = 0.65f;

    private final Long2LongHashMap entries = new Long2LongHashMap(INITIAL_CAPACITY, LOAD_FACTOR, ABSENT);
    private final boolean[] ownerInUse = new boolean[OWNERS];
    private final int[] owned = new int[OWNERS];

    FlowIndex() {
        ownerInUse[NOBODY] = true;
        ownerInUse[SELF] = true;
    }

    /** The entry of a flow, for the static methods below, or {@link #ABSENT}. */
    long get(long hash) {
        return entries.get(hash);
    }

    static int owner(long entry) {
        return (int) (entry >>> 32) & 0xff;
    }

    static int version(long entry) {
        return (int) entry;
    }

    /** Whether the local kernel gave up this copy. */
    static boolean isMissing(long entry) {
        return (entry & MISSING) != 0;
    }

    /** How many flows an owner has. */
    int count(int owner) {
        return owned[owner];
    }

    /** How many flows there are. */
    int size() {
        return entries.size();
    }

    void put(long hash, int owner, int version) {
        store(hash, (long) owner << 32 | Integer.toUnsignedLong(version));
    }

    /** Notes that the local kernel gave up a copy whose owner is still there. */
    void markMissing(long hash, long entry) {
        store(hash, entry | MISSING);
    }

    private void store(long hash, long entry) {
        long before = entries.put(hash, entry);
        if (before != ABSENT) {
            owned[owner(before)]--;
        }
        owned[owner(entry)]++;
    }

    void remove(long hash) {
        long before = entries.remove(hash);
        if (before != ABSENT) {
            owned[owner(before)]--;
        }
    }

    /** A number for the flows of a new session. There are far more than sessions. */
    int newOwner() {
        for (int owner = SELF + 1; owner < OWNERS; owner++) {
            if (!ownerInUse[owner]) {
                ownerInUse[owner] = true;
                return owner;
            }
        }
        throw new IllegalStateException("more sessions than owners");
    }

    /** Makes orphans of an owner's flows and forgets those that are missing. Takes time in proportion to the index. */
    void retire(int owner) {
        LongArrayList missing = new LongArrayList();
        entries.forEachLong((hash, entry) -> {
            if (owner(entry) == owner && isMissing(entry)) {
                missing.addLong(hash);
            }
        });
        missing.forEachLong(this::remove);
        if (owned[owner] > 0) {
            entries.replaceAllLong(
                    (hash, entry) -> owner(entry) == owner ? Integer.toUnsignedLong(version(entry)) : entry);
            owned[NOBODY] += owned[owner];
            owned[owner] = 0;
        }
        ownerInUse[owner] = false;
    }
}
