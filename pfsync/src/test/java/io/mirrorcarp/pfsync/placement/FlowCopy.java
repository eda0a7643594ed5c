// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.placement;

/**
 * What a node knows of a flow.
 *
 * @param owner the node whose kernel last changed it because of a packet
 * @param version of its changes: the owner's own count 1, a claim 16, as in decision 5
 * @param ended whether it has ended, which is remembered
 */
record FlowCopy(int flow, int owner, long version, boolean ended) {
    private static final int CLAIM = 16;

    static FlowCopy opened(int flow, int owner) {
        return new FlowCopy(flow, owner, 1, false);
    }

    FlowCopy changedBy(int node) {
        return new FlowCopy(flow, node, version + (node == owner ? 1 : CLAIM), false);
    }

    FlowCopy endedBy(int node) {
        return new FlowCopy(flow, node, version + 1, true);
    }

    /** Whether this one counts when both are known. */
    boolean beats(FlowCopy other) {
        return version != other.version ? version > other.version : owner > other.owner;
    }

    int bucket() {
        return Placement.bucket(flow);
    }
}
