// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The peers, at most {@value #MAX_PEERS}: only who holds a key gets a place. */
public final class PeerTable {
    public static final int MAX_PEERS = 15;

    /** A peer that is gone for this long gives up its place to another that needs it. */
    private static final long STALE_NANOS = 60_000_000_000L;

    /** Of exactly the right length: an array, since loops over it on the hot path shall not allocate. */
    private Peer[] peers = new Peer[0];

    /** In the order of their appearance; not to be changed. */
    public Peer[] all() {
        return peers;
    }

    /** The peer with this creator id, or null. */
    public @Nullable Peer find(int creatorId) {
        for (Peer peer : peers) {
            if (peer.creatorId() == creatorId) {
                return peer;
            }
        }
        return null;
    }

    public boolean isFull() {
        return peers.length == MAX_PEERS;
    }

    /**
     * A peer to give up for a new one, or null: one that never had a session, else one that was lost long ago.
     *
     * @param proven whether the new one has shown that it is there: others who did not give way then also while they are heard
     */
    @Nullable
    Peer dispensable(boolean proven, long nowNanos) {
        Peer found = null;
        for (Peer peer : peers) {
            boolean stale = peer.isKept() && !peer.isListening() && nowNanos - peer.lastHeardNanos > STALE_NANOS;
            if (!peer.isKept() && (proven || !peer.hasCandidate(nowNanos))) {
                return peer;
            }
            if (stale && found == null) {
                found = peer;
            }
        }
        return found;
    }

    /** Adds a peer, where {@link #isFull()} is false. */
    public void add(Peer peer) {
        int place = 0;
        while (isTaken(place)) {
            place++;
        }
        peer.setPlace(place);
        peers = Arrays.copyOf(peers, peers.length + 1);
        peers[peers.length - 1] = peer;
    }

    private boolean isTaken(int place) {
        for (Peer peer : peers) {
            if (peer.place() == place) {
                return true;
            }
        }
        return false;
    }

    void remove(Peer peer) {
        peers = Arrays.stream(peers).filter(each -> each != peer).toArray(Peer[]::new);
    }

    /** Whether every peer that is there has acknowledged all but {@code window} of the {@code sent} stream frames. */
    public boolean keepUp(long sent, int window) {
        for (Peer peer : peers) {
            if (peer.isListening() && sent - peer.acked >= window) {
                return false;
            }
        }
        return true;
    }

    /** Whether every peer that is there keeps digests. */
    public boolean allHaveDigests() {
        for (Peer peer : peers) {
            if (peer.isListening() && !peer.hasDigests) {
                return false;
            }
        }
        return true;
    }

    public boolean anyListening() {
        for (Peer peer : peers) {
            if (peer.isListening()) {
                return true;
            }
        }
        return false;
    }
}
