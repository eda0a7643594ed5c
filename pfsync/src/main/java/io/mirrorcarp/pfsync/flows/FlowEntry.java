// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.flows;

import io.mirrorcarp.pfsync.message.StateRecord;

/**
 * What {@link FlowIndex} knows of one flow, packed into a long. From the lowest bit:
 *
 * <pre>
 * 32  version
 *  8  owner: this node's numbers below, or that of a peer
 *  1  missing: the local kernel gave up this copy
 *  1  unnamed: its owner must name it anew
 *  4  progress, see {@link FlowProgress}
 *  1  held: its owner, a peer, only holds it
 *  1  always set, so that no entry is 0
 *  8  bucket
 *  1  found: it was in the local kernel before this life of the node
 *  7  number of the sweep that sighted it last
 * </pre>
 */
public final class FlowEntry {
    /** Stands for a flow that is not known. */
    public static final long ABSENT = -1;

    /** This node's. */
    public static final int SELF = 0;
    /** This node's unless somebody claims it: it was in the local table before this life of the node, or its owner will not come back. */
    public static final int HELD = 1;
    /** Held, and a copy of a flow of the only peer that the life before this one had. */
    public static final int COPIED = 2;
    /** Of a flow that its owner no longer has. */
    public static final int DOOMED = 3;

    static final long VERSION_MASK = 0xffff_ffffL;
    static final int OWNER_SHIFT = 32;
    static final long OWNER_MASK = 0xffL << OWNER_SHIFT;
    static final long MISSING = 1L << 40;
    static final long UNNAMED = 1L << 41;
    static final long HELD_BIT = 1L << 46;
    static final long FOUND = 1L << 56;
    static final int SIGHTING_SHIFT = 57;
    static final int SIGHTINGS = 1 << 7;
    static final long SIGHTING_MASK = (SIGHTINGS - 1L) << SIGHTING_SHIFT;

    private static final int PROGRESS_SHIFT = 42;
    private static final long PRESENT = 1L << 47;
    private static final int BUCKET_SHIFT = 48;
    private static final int BYTE = 0xff;

    private FlowEntry() {}

    static long of(StateRecord state, int owner, int version, boolean held, int bucket, int sweep) {
        return ownedBy(owner)
                | Integer.toUnsignedLong(version)
                | (long) FlowProgress.of(state) << PROGRESS_SHIFT
                | (held ? HELD_BIT : 0)
                | PRESENT
                | (long) bucket << BUCKET_SHIFT
                | (long) sweep << SIGHTING_SHIFT;
    }

    static long ownedBy(int owner) {
        return (long) owner << OWNER_SHIFT;
    }

    /** The owner's number; only of a flow that is known. */
    public static int owner(long entry) {
        return (int) (entry >>> OWNER_SHIFT) & BYTE;
    }

    /** How often the flow changed; unsigned. */
    public static int version(long entry) {
        return (int) entry;
    }

    static int bucket(long entry) {
        return (int) (entry >>> BUCKET_SHIFT) & BYTE;
    }

    /** How far the flow has come, as of its last change; see {@link FlowProgress}. */
    public static int progress(long entry) {
        return (int) (entry >>> PROGRESS_SHIFT) & (1 << FlowProgress.MOST_BITS) - 1;
    }

    /** Whether the flow is known. */
    public static boolean isKnown(long entry) {
        return entry != ABSENT;
    }

    /** Whether this node owns the flow, and does not merely hold it. */
    public static boolean isOwn(long entry) {
        return entry != ABSENT && owner(entry) == SELF;
    }

    /** Whether this node answers for the flow: it owns or holds it. */
    public static boolean isOurs(long entry) {
        return entry != ABSENT && owner(entry) < DOOMED;
    }

    /** Whether a peer owns the flow. The peer may be present or absent. */
    public static boolean isPeers(long entry) {
        return entry != ABSENT && isPeer(owner(entry));
    }

    /** Whether its owner no longer has the flow. */
    public static boolean isDoomed(long entry) {
        return entry != ABSENT && owner(entry) == DOOMED;
    }

    /** Whether a number is that of a peer. */
    public static boolean isPeer(int owner) {
        return owner > DOOMED;
    }

    /** Whether a number is this node's, for flows that it merely holds. */
    public static boolean isHolder(int owner) {
        return owner == HELD || owner == COPIED;
    }

    /** Whether the local kernel gave up this copy. */
    public static boolean isMissing(long entry) {
        return (entry & MISSING) != 0;
    }

    /** Whether the flow is known, and the local kernel has it. */
    public static boolean isHere(long entry) {
        return entry != ABSENT && !isMissing(entry);
    }

    /** Whether the owner only holds the flow: any claim is better. */
    public static boolean isHeld(long entry) {
        return (entry & HELD_BIT) != 0 || isHolder(owner(entry));
    }

    /** Whether the flow was in the local kernel before this life of the node, and its timer there is still the kernel's own. */
    static boolean isFound(long entry) {
        return (entry & FOUND) != 0;
    }

    static boolean isUnnamed(long entry) {
        return (entry & UNNAMED) != 0;
    }
}
