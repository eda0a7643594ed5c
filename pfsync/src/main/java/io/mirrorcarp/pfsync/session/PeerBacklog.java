// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.pfsync.flows.FlowName;
import io.mirrorcarp.pfsync.message.Action;
import java.util.List;

/**
 * What a peer may lack of this node's flows. Immutable, for any thread.
 *
 * @param creatorId the peer's host id
 * @param node its name
 * @param listening false when the peer is lost or stopped: then it lacks whatever happens
 * @param equal whether it says that it compared digests and found no difference
 * @param frames stream frames that it has not acknowledged
 * @param changes the newest unacknowledged change of each flow, the first {@value UnacknowledgedFlows#MOST_FLOWS}
 */
public record PeerBacklog(
        int creatorId, String node, boolean listening, boolean equal, long frames, List<Unacknowledged> changes) {
    /** A change that the peer has not acknowledged: {@link Action#INSERT}, {@link Action#UPDATE} or {@link Action#DELETE}. */
    public record Unacknowledged(Action action, FlowName flow) {}

    /** Copies the list. */
    public PeerBacklog {
        changes = List.copyOf(changes);
    }
}
