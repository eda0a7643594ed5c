// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.FlowHash;
import io.mirrorcarp.pfsync.message.FlowTuple;
import org.agrona.collections.LongHashSet;

/**
 * The flows that changed since the kernel wrote the dump's next batch. The kernel writes a batch when the one before it is read,
 * so by the time a batch is read, an event that is newer than its entries may have been told already: of a flow in this set,
 * the dump says nothing new, and perhaps something that is over.
 */
final class ChangedFlows {
    private static final int USUAL_CAPACITY = 4096;
    private static final float LOAD_FACTOR = 0.5f;
    /** With more capacity than this the set is made small again after the dump: 1 MB. */
    private static final int MOST_KEPT = 1 << 17;

    private static final int SIZE_MAXIMUM = 1 << 18;

    private final LongHashSet hashes = new LongHashSet(USUAL_CAPACITY, LOAD_FACTOR, true);
    private boolean recording;
    private boolean overflowed;

    /** Begins to record, from an empty set. */
    void start() {
        clear();
        recording = true;
    }

    /** Ends recording. */
    void stop() {
        clear();
        recording = false;
        if (hashes.capacity() > MOST_KEPT) {
            hashes.compact();
        }
    }

    void add(FlowTuple original, int zone) {
        if (!recording) {
            return;
        }
        if (hashes.size() == SIZE_MAXIMUM) {
            overflowed = true;
        } else {
            hashes.add(FlowHash.of(original, zone));
        }
    }

    boolean contains(ConntrackEntry entry) {
        return !hashes.isEmpty() && hashes.contains(FlowHash.of(entry.original, entry.zone));
    }

    /** Whether more flows changed than the set holds: the batch can no longer be told apart from what is over. */
    boolean overflowed() {
        return overflowed;
    }

    /** Forgets the changes: the next batch is being written now. */
    void clear() {
        overflowed = false;
        hashes.clear();
    }
}
