// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The peers, at most {@value #MAX_PEERS}: only who holds a key gets a place. */
final class PeerTable {
    static final int MAX_PEERS = 8;

    /** One who is gone for so long gives up its place to another who needs it. */
    private static final long STALE_NANOS = 60_000_000_000L;

    /** Of exactly the right length: an array, since loops over it on the hot path shall not allocate. */
    private Peer[] peers = new Peer[0];

    private KnownTables known;
    private boolean knownChanged = true;

    /** @param known the tables of which there are copies at the start */
    PeerTable(KnownTables known) {
        this.known = known;
    }

    /** In the order of their appearance; not to be changed. */
    Peer[] all() {
        return peers;
    }

    @Nullable
    Peer find(int creatorId) {
        for (Peer peer : peers) {
            if (peer.creatorId == creatorId) {
                return peer;
            }
        }
        return null;
    }

    /** The peer whose flows have this owner number, or null. */
    @Nullable
    Peer byOwner(int owner) {
        for (Peer peer : peers) {
            if (peer.owner == owner) {
                return peer;
            }
        }
        return null;
    }

    /** Whether this owner is a peer that is there. */
    boolean isLive(int owner) {
        Peer peer = byOwner(owner);
        return peer != null && peer.isListening();
    }

    /** The creator id of a peer with this owner number, or 0. */
    int creatorIdOf(int owner) {
        Peer peer = byOwner(owner);
        return peer == null ? 0 : peer.creatorId;
    }

    /** The creator id of the only peer of the life before, if it is there and has the table of then, or 0. */
    int onlyPeer(KnownTables before) {
        for (Peer peer : peers) {
            if (peer.isListening() && before.isOnlyPeer(peer.creatorId, peer.table)) {
                return peer.creatorId;
            }
        }
        return 0;
    }

    /** A peer with flows has this table. */
    void onTable(Peer peer, long table) {
        peer.table = table;
        KnownTables before = known;
        known = before.with(peer.creatorId, table);
        knownChanged |= !known.equals(before);
    }

    /** All that this node has of peers is known to them, also what it had of their tables of before: only the present ones count. */
    void onAllEqual() {
        if (known.isMixed()) {
            knowPresent(known.withoutPeers());
        }
    }

    /** The local table was flushed: there are no copies in it, but those that come from now on. */
    void onFlushed() {
        knowPresent(known.flushed());
    }

    private void knowPresent(KnownTables own) {
        known = own;
        for (Peer peer : peers) {
            if (peer.hasFlows()) {
                known = known.with(peer.creatorId, peer.table);
            }
        }
        knownChanged = true;
    }

    /** Whether {@link #known()} is another than the last time: true once. */
    boolean takeKnownChanged() {
        boolean changed = knownChanged;
        knownChanged = false;
        return changed;
    }

    /** The tables of which there are copies in the local one. */
    KnownTables known() {
        return known;
    }

    boolean isFull() {
        return peers.length == MAX_PEERS;
    }

    /** A peer to give up for a new one, or null: one without flows that fell silent, else one that was lost long ago. */
    @Nullable
    Peer dispensable(long nowNanos) {
        Peer found = null;
        for (Peer peer : peers) {
            boolean silent = !peer.hasFlows() && !peer.hasCandidate(nowNanos);
            boolean stale = peer.hasFlows() && !peer.isListening() && nowNanos - peer.lastHeardNanos > STALE_NANOS;
            if (silent) {
                return peer;
            }
            if (stale && found == null) {
                found = peer;
            }
        }
        return found;
    }

    void add(Peer peer) {
        peers = Arrays.copyOf(peers, peers.length + 1);
        peers[peers.length - 1] = peer;
    }

    void remove(Peer peer) {
        peers = Arrays.stream(peers).filter(each -> each != peer).toArray(Peer[]::new);
    }

    /** Whether every peer that is there has acknowledged all but {@code window} of the {@code sent} stream frames. */
    boolean keepUp(long sent, int window) {
        for (Peer peer : peers) {
            if (peer.isListening() && sent - peer.acked >= window) {
                return false;
            }
        }
        return true;
    }

    /** Whether every peer that is there keeps digests. */
    boolean allHaveDigests() {
        for (Peer peer : peers) {
            if (peer.isListening() && !peer.hasDigests) {
                return false;
            }
        }
        return true;
    }

    boolean anyListening() {
        for (Peer peer : peers) {
            if (peer.isListening()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a peer is there whose bulk update to this node was complete. */
    boolean anyDone() {
        for (Peer peer : peers) {
            if (peer.isListening() && peer.wish.isDone()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a peer may have flows of which this node does not know yet. */
    boolean anyWishOpen() {
        for (Peer peer : peers) {
            if (peer.wish.isOpen()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a peer is there, and all that the peers and this node claim is known to one another. */
    boolean allEqual() {
        for (Peer peer : peers) {
            if (peer.isListening() && (!peer.wish.isDone() || (peer.hasDigests && !peer.saysEqual))) {
                return false;
            }
        }
        return anyListening();
    }

    /** Whether a bulk request waits for an answer. */
    boolean anyRequested() {
        for (Peer peer : peers) {
            if (peer.requestedId != 0 && peer.isListening()) {
                return true;
            }
        }
        return false;
    }

    /** Whether somebody still wants the bulk update that runs. */
    boolean anyServed() {
        for (Peer peer : peers) {
            if (peer.servingId != 0) {
                return true;
            }
        }
        return false;
    }
}
