// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.flows.KnownTables;
import io.mirrorcarp.pfsync.io.SyncTargets;
import io.mirrorcarp.pfsync.io.SyncTransport;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * What replication is told at its start.
 *
 * @param creatorId this node's host id, not 0
 * @param node this node's name
 * @param syncdevs the interfaces of the state channel, the best one first; at most {@link io.mirrorcarp.pfsync.message.Control#MAX_PATHS}
 * @param syncpeers where to send, a peer or a multicast group each; empty for the group 224.0.0.240
 * @param transport what carries the frames; UDP with hosts only
 * @param keyring the keys that the nodes share
 * @param maxUpdates when so many updates of one flow were merged into one, it is sent without waiting for the end of the burst
 * @param minAge how old a flow is when the peers are told of it; zero: at once
 * @param importMinAge how old a peer's flow is, as far as this node knows, when it comes into the table; zero: at once
 * @param bulkTimeout how long the node holds itself back for want of a bulk update
 * @param before what the life of this node before this one knew
 */
public record PfsyncOptions(
        int creatorId,
        String node,
        List<String> syncdevs,
        List<InetAddress> syncpeers,
        SyncTransport transport,
        Keyring keyring,
        int maxUpdates,
        Duration minAge,
        Duration importMinAge,
        Duration bulkTimeout,
        KnownTables before) {
    public PfsyncOptions {
        syncdevs = List.copyOf(syncdevs);
        syncpeers = List.copyOf(syncpeers);
    }

    /** Where each path sends to. */
    SyncTargets targets() {
        return new SyncTargets(syncpeers, transport, syncdevs.size() > 1);
    }
}
