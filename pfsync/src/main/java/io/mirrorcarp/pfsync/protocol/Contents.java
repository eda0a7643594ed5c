// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.claims.ClaimParts;
import io.mirrorcarp.pfsync.claims.Exporter;
import io.mirrorcarp.pfsync.claims.Importer;
import io.mirrorcarp.pfsync.claims.Owners;
import io.mirrorcarp.pfsync.equality.BulkWish;
import io.mirrorcarp.pfsync.equality.EqualityTable;
import io.mirrorcarp.pfsync.equality.StartDump;
import io.mirrorcarp.pfsync.flows.FlowEntry;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.message.Announcement;
import io.mirrorcarp.pfsync.message.Control;
import io.mirrorcarp.pfsync.session.ControlContents;
import io.mirrorcarp.pfsync.session.Peer;

/** What the rooms have to say in control frames. */
final class Contents implements ControlContents {
    private final FlowIndex index;
    private final Owners owners;
    private final Exporter exporter;
    private final Importer importer;
    private final EqualityTable equalities;
    private final StartDump startDump;
    private final PreemptPromise promise;
    private final AnnouncementTurns announcement = new AnnouncementTurns();
    private int frameBytes;

    Contents(
            ClaimParts parts,
            Exporter exporter,
            Importer importer,
            EqualityTable equalities,
            StartDump startDump,
            PreemptPromise promise) {
        index = parts.index();
        owners = parts.owners();
        this.exporter = exporter;
        this.importer = importer;
        this.equalities = equalities;
        this.startDump = startDump;
        this.promise = promise;
    }

    /** The longest frame that this node's sync device carries. */
    void tellFrameBytes(int bytes) {
        frameBytes = bytes;
    }

    /**
     * What this node says of itself from now on.
     *
     * @return whether it is news that cannot wait for the next heartbeat
     */
    boolean announce(Announcement newAnnouncement) {
        return announcement.set(newAnnouncement);
    }

    @Override
    public void flushChanges(long nowNanos) {
        exporter.flush(nowNanos);
    }

    @Override
    public void flushImports(long nowNanos) {
        importer.flush(nowNanos);
    }

    @Override
    public boolean fillHeartbeat(Control heartbeat) {
        heartbeat.announcement = announcement.take();
        heartbeat.frameBytes = frameBytes;
        heartbeat.complete = promise.isComplete();
        heartbeat.demoted = promise.isRaised();
        heartbeat.entries = index.ownCount();
        heartbeat.table = owners.known().told();
        heartbeat.digest = index.digest(FlowEntry.SELF).total();
        return announcement.hasMore();
    }

    @Override
    public void addRequest(Peer peer, Control control, long nowNanos) {
        BulkWish wish = equalities.wish(peer);
        if (nowNanos >= requestNanos(peer) && !wish.isRunning()) {
            control.addBulkRequest(
                    peer.creatorId(),
                    peer.epoch(),
                    wish.requestId(),
                    !promise.isComplete() || !equalities.of(peer).wasWhole(),
                    wish.isComparing(),
                    wish.isDumped(),
                    wish.part(peer.entries()));
            wish.onRequested(nowNanos);
        }
    }

    @Override
    public long requestNanos(Peer peer) {
        return startDump.isDone() ? equalities.wish(peer).dueNanos() : Long.MAX_VALUE;
    }

    @Override
    public boolean isEqual(Peer peer) {
        return equalities.isEqual(peer);
    }
}
