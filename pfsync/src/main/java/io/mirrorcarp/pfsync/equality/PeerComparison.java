// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.equality;

import io.mirrorcarp.pfsync.flows.FlowName;
import java.util.List;

/**
 * What a verification found of one peer's flows here. Immutable, for any thread.
 *
 * @param creatorId the peer's host id
 * @param node its name
 * @param digests whether it keeps digests; without them the number of flows is all there is to compare
 * @param entries flows that it owns
 * @param copies of those, how many are here now
 * @param differingBuckets how many of the 256 buckets differed
 * @param equal whether all is equal now: after the repair, if one was needed
 * @param finished false when the peer left, or did not answer in time
 * @param flows what differed, the first {@value Verification#MOST_FLOWS} of all peers
 */
public record PeerComparison(
        int creatorId,
        String node,
        boolean digests,
        long entries,
        long copies,
        int differingBuckets,
        boolean equal,
        boolean finished,
        List<Difference> flows) {
    /** How a flow differed. */
    public enum Kind {
        /** The peer has it; it was not here. */
        MISSING,
        /** It was here with another content. */
        CHANGED,
        /** It was here; the peer no longer has it. */
        ENDED
    }

    /** A flow that differed. */
    public record Difference(Kind kind, FlowName flow) {}

    /** Copies the list. */
    public PeerComparison {
        flows = List.copyOf(flows);
    }
}
