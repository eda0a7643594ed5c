// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.claims.ClaimParts;
import io.mirrorcarp.pfsync.claims.Owners;
import io.mirrorcarp.pfsync.equality.BulkWish;
import io.mirrorcarp.pfsync.equality.EqualityTable;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.session.Peer;
import io.mirrorcarp.pfsync.session.PeerTable;
import io.mirrorcarp.pfsync.session.StreamSender;
import java.util.Arrays;

/** Reads how things stand in every room. */
final class StatusReader {
    private final PeerTable peers;
    private final StreamSender stream;
    private final FlowIndex index;
    private final Owners owners;
    private final EqualityTable equalities;
    private final PreemptPromise promise;
    private final Standing standing;

    StatusReader(ClaimParts parts, EqualityTable equalities, PreemptPromise promise, Standing standing) {
        peers = parts.session().peers();
        stream = parts.session().stream();
        index = parts.index();
        owners = parts.owners();
        this.equalities = equalities;
        this.promise = promise;
        this.standing = standing;
    }

    ReplicationStatus read(long nowNanos) {
        long received = 0;
        long expected = 0;
        boolean open = false;
        for (Peer peer : peers.all()) {
            BulkWish wish = equalities.wish(peer);
            if (wish.isOpen()) {
                open = true;
                received += wish.received();
                expected += wish.expected();
            }
        }
        return new ReplicationStatus(
                standing.verdict(),
                Arrays.stream(peers.all())
                        .filter(Peer::wasHeard)
                        .map(peer -> read(peer, nowNanos))
                        .toList(),
                promise.isRaised(),
                promise.degraded(),
                promise.isAllowed(),
                promise.isComplete(),
                open,
                received,
                expected,
                index.ownCount(),
                index.size());
    }

    private ReplicationStatus.PeerStatus read(Peer peer, long nowNanos) {
        long waiting = peer.waitingNanos(stream, nowNanos);
        return new ReplicationStatus.PeerStatus(
                peer.creatorId(),
                peer.node(),
                standing.of(peer, nowNanos),
                peer.hasStopped(),
                peer.isCloned(nowNanos),
                nowNanos - peer.lastHeardNanos(),
                waiting > 0 ? waiting : peer.lagNanos(nowNanos),
                peer.entries(),
                owners.count(peer),
                peer.hasSession() && peer.isComplete() && !peer.isDemoted(),
                peer.hasSession() && equalities.isEqual(peer) && (peer.saysEqual() || !peer.hasDigests()),
                peer.path().limit(),
                peer.path().isNarrow(),
                peer.highestVersion(),
                peer.announcement());
    }
}
