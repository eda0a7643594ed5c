// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.ConntrackStatus;
import io.mirrorcarp.pfsync.message.FlowTuple;
import org.agrona.collections.LongHashSet;

/** The addresses that this node alone has: no virtual ones. A connection that ends at one, or is translated to one, cannot go on elsewhere. For one thread; a question allocates nothing. */
final class OwnAddresses {
    private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;

    private final LongHashSet addresses = new LongHashSet();

    /** Forgets all. */
    void clear() {
        addresses.clear();
    }

    /** Adds one, as a {@link FlowTuple} has it. */
    void add(int family, long high, long low) {
        addresses.add(hash(family, high, low));
    }

    private boolean has(int family, long high, long low) {
        return addresses.contains(hash(family, high, low));
    }

    /** Whether a process of this node is at one of the two real ends of a flow. */
    boolean isEndOf(ConntrackEntry entry) {
        FlowTuple original = entry.original;
        FlowTuple reply = entry.reply;
        return !addresses.isEmpty()
                && (has(original.family, original.sourceHigh, original.sourceLow)
                        || has(reply.family, reply.sourceHigh, reply.sourceLow));
    }

    /** Whether the flow comes from elsewhere and leaves with an address of this node. */
    boolean isSourceOf(ConntrackEntry entry) {
        FlowTuple reply = entry.reply;
        return (entry.status & ConntrackStatus.SOURCE_NAT) != 0
                && !addresses.isEmpty()
                && has(reply.family, reply.destinationHigh, reply.destinationLow);
    }

    private static long hash(int family, long high, long low) {
        long hash = (high ^ family) * MULTIPLIER;
        return (hash ^ hash >>> 32 ^ low) * MULTIPLIER;
    }
}
