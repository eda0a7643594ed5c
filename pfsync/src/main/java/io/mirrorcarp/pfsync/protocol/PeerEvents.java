// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.pfsync.claims.ClaimParts;
import io.mirrorcarp.pfsync.claims.Exporter;
import io.mirrorcarp.pfsync.claims.Owners;
import io.mirrorcarp.pfsync.equality.BulkServer;
import io.mirrorcarp.pfsync.equality.EqualityTable;
import io.mirrorcarp.pfsync.message.Control;
import io.mirrorcarp.pfsync.session.Peer;
import io.mirrorcarp.pfsync.session.PeerTable;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.mirrorcarp.pfsync.session.Reports;
import io.mirrorcarp.pfsync.session.SessionListener;

/** What follows in the other rooms, and outside, from what happens in a session. */
final class PeerEvents implements SessionListener {
    private final PeerTable peers;
    private final Owners owners;
    private final EqualityTable equalities;
    private final BulkServer bulkServer;
    private final Exporter exporter;
    private final Reports reports;
    private final PreemptPromise promise;
    private final CounterSet<PfsyncCounter> counters;
    private final LivingMasters living;
    private final PfsyncListener listener;

    PeerEvents(
            ClaimParts parts,
            EqualityTable equalities,
            BulkServer bulkServer,
            Exporter exporter,
            Reports reports,
            PreemptPromise promise,
            LivingMasters living,
            PfsyncListener listener) {
        peers = parts.session().peers();
        counters = parts.session().counters();
        owners = parts.owners();
        this.equalities = equalities;
        this.bulkServer = bulkServer;
        this.exporter = exporter;
        this.reports = reports;
        this.promise = promise;
        this.living = living;
        this.listener = listener;
    }

    @Override
    public void onBegin(Peer peer, Control heartbeat, boolean restarted, long nowNanos) {
        owners.begin(peer, heartbeat.table);
        bulkServer.begin(peer);
        if (restarted) {
            promise.raise("pfsync peer " + peer.node() + " restarted", nowNanos);
        }
        listener.onEvent("peer " + peer.node() + " " + (restarted ? "restarted" : "is there"));
        equalities.begin(peer, nowNanos);
        openOrClose(nowNanos);
    }

    @Override
    public void onBack(Peer peer, long nowNanos) {
        listener.onEvent("peer " + peer.node() + " is back");
        equalities.want(peer, nowNanos);
        openOrClose(nowNanos);
    }

    @Override
    public void onHeartbeat(Peer peer, Control heartbeat, boolean hole, long nowNanos) {
        if (heartbeat.table != owners.table(peer)) {
            listener.onEvent("peer " + peer.node() + " has lost its table");
            owners.onOtherTable(peer, heartbeat.table);
            equalities.onOtherTable(peer, nowNanos);
        }
        if (hole && equalities.wish(peer).isSpoiled(nowNanos)) {
            listener.onEvent("changes of peer " + peer.node() + " are lost: asking for "
                    + (peer.hasDigests() ? "what differs" : "a bulk update"));
            equalities.want(peer, nowNanos);
        }
        if (peer.hasDigests()) {
            equalities.onHeartbeat(peer, heartbeat);
            compare(peer, nowNanos);
        }
    }

    /** The peer's stream may be applied up to where the peer told its digest: asks for what differs. */
    void compare(Peer peer, long nowNanos) {
        if (equalities.compare(peer, nowNanos)) {
            counters.increment(PfsyncCounter.REPAIRS_OF_BUCKETS);
            listener.onEvent("flows of peer " + peer.node() + " differ: asking for what differs");
            equalities.want(peer, nowNanos);
        }
    }

    /** Entries of a bulk update are missing: it is asked for again. */
    void onIncomplete(Peer peer, long nowNanos) {
        listener.onEvent("bulk update from " + peer.node() + " was incomplete");
        equalities.want(peer, nowNanos);
    }

    @Override
    public void onCloned(Peer peer, long nowNanos) {
        listener.onEvent("two nodes have the host id of " + peer.node() + ", " + Integer.toHexString(peer.creatorId())
                + ": the flows of only one of them are here");
    }

    @Override
    public void onBulkRequest(Peer peer, Control control, int i, long nowNanos) {
        if (control.bulkCompare[i]) {
            bulkServer.onCompare(peer, control.bulkRequestId[i], control.bulkDump[i], nowNanos);
        } else {
            bulkServer.onRequest(peer, control.bulkRequestId[i], control.bulkEverything[i], control.bulkBuckets[i]);
        }
    }

    @Override
    public void onResigned(int vhid, long addresses) {
        listener.onResigned(vhid, addresses);
    }

    @Override
    public void onStopped(Peer peer, long nowNanos) {
        boolean whole = equalities.wish(peer).isDone() && peer.stream().gapNanos(nowNanos) == 0;
        listener.onEvent("peer " + peer.node() + " stopped");
        leave(peer, nowNanos);
        if (!whole) {
            promise.raise("pfsync peer " + peer.node() + " stopped before all was received", nowNanos);
        }
    }

    @Override
    public void onLost(Peer peer, long nowNanos) {
        listener.onEvent("peer " + peer.node() + " is lost");
        listener.onPeerSilent(living.but(peer.creatorId(), nowNanos));
        leave(peer, nowNanos);
        if (!equalities.anyDone()) {
            promise.raise("pfsync peer " + peer.node() + " lost", nowNanos);
        }
    }

    private void leave(Peer peer, long nowNanos) {
        equalities.wish(peer).drop();
        bulkServer.drop(peer);
        openOrClose(nowNanos);
    }

    @Override
    public void onForgotten(Peer peer) {
        owners.retire(peer);
    }

    private void openOrClose(long nowNanos) {
        boolean open = peers.anyListening();
        if (exporter.isOpen() && !open) {
            reports.interrupt();
        }
        if (exporter.isOpen() != open) {
            exporter.setOpen(open, nowNanos);
        }
    }
}
