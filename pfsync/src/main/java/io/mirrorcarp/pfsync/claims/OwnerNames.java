// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.pfsync.flows.FlowEntry;
import io.mirrorcarp.pfsync.flows.FlowHash;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.pfsync.session.Peer;
import java.util.HexFormat;

/** Names the owners of flows to people. */
public final class OwnerNames {
    private final FlowIndex index;
    private final FlowHash flowHash;
    private final Owners owners;
    private String node;

    public OwnerNames(ClaimParts parts) {
        index = parts.index();
        flowHash = parts.flowHash();
        owners = parts.owners();
        node = parts.session().settings().node();
    }

    /** This node has another name from now on. */
    public void rename(String name) {
        node = name;
    }

    /**
     * The name of the node that owns a flow, or answers for it while nobody claims it. A peer that never told its name is named by its host id. Empty where the flow
     * is not replicated.
     */
    public String of(StateRecord flow) {
        long entry = index.get(flowHash.of(flow.original, flow.zone));
        if (FlowEntry.isOurs(entry)) {
            return node;
        }
        Peer peer = FlowEntry.isPeers(entry) ? owners.peer(FlowEntry.owner(entry)) : null;
        if (peer == null) {
            return "";
        }
        return peer.node().isEmpty() ? HexFormat.of().toHexDigits(peer.creatorId()) : peer.node();
    }
}
