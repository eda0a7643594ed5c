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

    /** The peer whose session has this owner number, or null. */
    @Nullable
    Peer byOwner(int owner) {
        for (Peer peer : peers) {
            if (peer.hasSession() && peer.owner == owner) {
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

    boolean isFull() {
        return peers.length == MAX_PEERS;
    }

    /** A peer to give up for a new one, or null: one without a session that fell silent, else one that was lost long ago. */
    @Nullable
    Peer dispensable(long nowNanos) {
        Peer found = null;
        for (Peer peer : peers) {
            boolean silent = !peer.hasSession() && !peer.hasCandidate(nowNanos);
            boolean stale = peer.hasSession() && !peer.isListening() && nowNanos - peer.lastHeardNanos > STALE_NANOS;
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
