// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.equality;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.pfsync.claims.ClaimParts;
import io.mirrorcarp.pfsync.claims.Owners;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.session.Peer;
import io.mirrorcarp.pfsync.session.PfsyncCounter;

/** Follows the bulk updates and digests in a peer's stream. */
public final class BulkReceiver {
    private final FlowIndex index;
    private final Owners owners;
    private final CounterSet<PfsyncCounter> counters;
    private final int creatorId;
    private final EqualityTable equalities;
    private final Verification verification;

    public BulkReceiver(ClaimParts parts, EqualityTable equalities, Verification verification) {
        index = parts.index();
        owners = parts.owners();
        counters = parts.session().counters();
        creatorId = parts.session().settings().creatorId();
        this.equalities = equalities;
        this.verification = verification;
    }

    /** A bulk update begins. What the peer has in the buckets that it covers, it must name. */
    public void onStart(Peer peer, Change start, long nowNanos) {
        if (start.bulkTable != 0 && start.bulkTable != owners.table(peer)) {
            // Not of the table that was asked for: what it does not name has not ended.
            owners.onOtherTable(peer, start.bulkTable);
            equalities.onOtherTable(peer, nowNanos);
        }
        BulkWish wish = equalities.wish(peer);
        for (int i = 0; i < start.targetCount; i++) {
            if (start.targetCreatorIds[i] == creatorId
                    && wish.onStart(start.targetRequestIds[i], start, nowNanos)
                    && peer.hasDigests()) {
                index.unname(owners.of(peer), wish.part());
            }
        }
    }

    /** An entry of a bulk update; false when it belongs to none that was asked for. */
    public boolean onEntry(Peer peer, Change entry, long nowNanos) {
        if (!equalities.wish(peer).onEntry(nowNanos)) {
            return false;
        }
        verification.onBulkEntry(peer, entry);
        return true;
    }

    /** Digests of the peer. */
    public void onDigests(Peer peer, Change digests, long nowNanos) {
        equalities.wish(peer).onDigests(digests, index.digest(owners.of(peer)), nowNanos);
    }

    /**
     * A bulk update ends.
     *
     * @return false when entries of it are missing, so that it must be asked for again
     */
    public boolean onEnd(Peer peer, Change end, long nowNanos) {
        BulkWish wish = equalities.wish(peer);
        if (!wish.isRunning(end.bulkId)) {
            return true;
        }
        if (!wish.isWhole(end.bulkEntries)) {
            return false;
        }
        int owner = owners.of(peer);
        if (peer.hasDigests()) {
            counters.add(PfsyncCounter.ENDED_UNTOLD, index.doomUnnamed(owner, wish.part()));
        }
        wish.onEnd(end.bulkDigest == index.digest(owner).total(), nowNanos);
        return true;
    }
}
