// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.flows.KnownTables;
import io.mirrorcarp.pfsync.session.Peer;
import io.mirrorcarp.pfsync.session.PeerTable;
import io.mirrorcarp.pfsync.session.PerPeer;
import org.jspecify.annotations.Nullable;

/** Which owner number of the {@link FlowIndex} each peer has, and which kernel tables there are copies of in the local one. */
public final class Owners {
    private static final int NONE = -1;

    private static final class Place {
        int owner = NONE;
        /** Names the peer's kernel table; 0 when it is not known. */
        long table;
    }

    private final int creatorId;
    private final PeerTable peers;
    private final FlowIndex index;
    private final KnownTables before;
    private final PerPeer<Place> places = new PerPeer<>(Place::new);
    private KnownTables known;
    private boolean knownChanged = true;

    /**
     * @param creatorId this node's
     * @param before what the life before this one knew
     * @param table what names the local table
     */
    public Owners(int creatorId, PeerTable peers, FlowIndex index, KnownTables before, long table) {
        this.creatorId = creatorId;
        this.peers = peers;
        this.index = index;
        this.before = before;
        known = before.in(table);
    }

    /** The number of a peer that {@link #has} one. */
    public int of(Peer peer) {
        return places.of(peer).owner;
    }

    /** Whether it has a number: there is or was a session, or another peer keeps flows of it. */
    public boolean has(Peer peer) {
        return of(peer) != NONE;
    }

    /** How many flows of a peer are here. */
    public int count(Peer peer) {
        return has(peer) ? index.count(of(peer)) : 0;
    }

    /** The peer whose flows have this number, or null. */
    public @Nullable Peer peer(int owner) {
        for (Peer peer : peers.all()) {
            if (of(peer) == owner) {
                return peer;
            }
        }
        return null;
    }

    /** Whether this owner is a peer that is there. */
    public boolean isLive(int owner) {
        Peer peer = peer(owner);
        return peer != null && peer.isListening();
    }

    /** The creator id of the peer with this number; this node's where there is none. */
    int creatorId(int owner) {
        Peer peer = peer(owner);
        return peer == null ? creatorId : peer.creatorId();
    }

    /** The creator id of the only peer of the life before, if it is there and has the table of then, or 0. */
    public int onlyPeer() {
        for (Peer peer : peers.all()) {
            if (peer.isListening() && before.isOnlyPeer(peer.creatorId(), table(peer))) {
                return peer.creatorId();
            }
        }
        return 0;
    }

    /** What names a peer's kernel table; 0 when it is not known. */
    public long table(Peer peer) {
        return places.of(peer).table;
    }

    /**
     * A session begins. A peer that came back with the kernel table of before has the flows of before, but for those that have ended: it must name them. One
     * whose table is new gets them back from here, since they go on: they are this node's.
     */
    public void begin(Peer peer, long table) {
        boolean same = table != 0 && table == table(peer) && peer.hasDigests();
        int owner;
        if (has(peer) && same) {
            owner = index.newOwner(of(peer));
        } else {
            retire(peer);
            owner = index.newOwner();
        }
        assign(peer, owner, table);
    }

    /** The peer's table was flushed. Its flows go on: this node holds them, and the peer asks for them. */
    public void onOtherTable(Peer peer, long table) {
        retire(peer);
        assign(peer, index.newOwner(), table);
    }

    /** The peer gives up its place: nobody is left to answer for its flows but this node. */
    public void retire(Peer peer) {
        if (has(peer)) {
            index.retire(of(peer));
            places.of(peer).owner = NONE;
        }
    }

    /** Gives an absent peer, of whom another one tells, a number. It must name its flows should it come back with this table. */
    void keepAbsent(Peer peer, long table) {
        if (!has(peer)) {
            assign(peer, index.newOwner(), table);
        }
    }

    private void assign(Peer peer, int owner, long table) {
        peer.keep();
        Place place = places.of(peer);
        place.owner = owner;
        place.table = table;
        KnownTables earlier = known;
        known = earlier.with(peer.creatorId(), table);
        knownChanged |= !known.equals(earlier);
    }

    /** All that this node has of peers is known to them, also what it had of their tables of before: only the present ones count. */
    public void onAllEqual() {
        if (known.isMixed()) {
            knowPresent(known.withoutPeers());
        }
    }

    /** The local table was flushed: there are no copies in it, but those that come from now on. */
    public void onFlushed() {
        knowPresent(known.flushed());
    }

    private void knowPresent(KnownTables own) {
        known = own;
        for (Peer peer : peers.all()) {
            if (has(peer)) {
                known = known.with(peer.creatorId(), table(peer));
            }
        }
        knownChanged = true;
    }

    /** Whether {@link #known()} is another than the last time: true once. */
    public boolean takeKnownChanged() {
        boolean changed = knownChanged;
        knownChanged = false;
        return changed;
    }

    /** The tables of which there are copies in the local one. */
    public KnownTables known() {
        return known;
    }
}
