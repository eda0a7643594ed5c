// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.session.Peer;
import io.mirrorcarp.pfsync.session.PeerTable;
import io.mirrorcarp.pfsync.session.ReplicationSettings;
import io.mirrorcarp.pfsync.session.SessionParts;
import java.util.HashSet;
import java.util.Set;

/** Whose advertisements go on although a peer is gone: with several active nodes, the death of one is no reason to doubt another. Not thread-safe. */
final class LivingMasters {
    private final PeerTable peers;
    private final ReplicationSettings settings;

    LivingMasters(SessionParts session) {
        peers = session.peers();
        settings = session.settings();
    }

    /** What the peers that are there, but for one, say that they are master of. One that is silent may be gone too. */
    Set<PeerMaster> but(int creatorId, long nowNanos) {
        Set<PeerMaster> masters = new HashSet<>();
        for (Peer peer : peers.all()) {
            if (peer.creatorId() != creatorId
                    && peer.isListening()
                    && nowNanos < peer.lastHeardNanos() + settings.freshNanos()) {
                PeerMaster.addAll(peer.announcement(), masters);
            }
        }
        return masters;
    }
}
