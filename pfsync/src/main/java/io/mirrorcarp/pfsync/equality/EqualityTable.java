// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.equality;

import io.mirrorcarp.pfsync.claims.Owners;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.message.Control;
import io.mirrorcarp.pfsync.session.Peer;
import io.mirrorcarp.pfsync.session.PeerTable;
import io.mirrorcarp.pfsync.session.PerPeer;
import java.util.random.RandomGenerator;

/** How far what each peer owns is known to be here, and what is wanted so that it is. */
public final class EqualityTable {
    private final PeerTable peers;
    private final Owners owners;
    private final FlowIndex index;
    private final RandomGenerator random;
    private final PerPeer<PeerEquality> equalities = new PerPeer<>(PeerEquality::new);

    /** @param random for the ids of requests */
    public EqualityTable(PeerTable peers, Owners owners, FlowIndex index, RandomGenerator random) {
        this.peers = peers;
        this.owners = owners;
        this.index = index;
        this.random = random;
    }

    public PeerEquality of(Peer peer) {
        return equalities.of(peer);
    }

    /** What is still wanted of a peer. */
    public BulkWish wish(Peer peer) {
        return of(peer).wish();
    }

    /** A session begins: all that the peer has is wanted. */
    public void begin(Peer peer, long nowNanos) {
        of(peer).begin(peer.hasDigests());
        want(peer, nowNanos);
    }

    /** The peer's table is another from now on. */
    public void onOtherTable(Peer peer, long nowNanos) {
        wish(peer).begin(peer.hasDigests());
        want(peer, nowNanos);
    }

    /** Wants what is not known to be equal of a peer, anew if it is on its way. */
    public void want(Peer peer, long nowNanos) {
        wish(peer).want(newRequestId(), nowNanos);
    }

    /** Wants a comparison with what the peer's kernel has, as a dump shows it, unless more is wanted of the peer. */
    void verify(Peer peer, long nowNanos) {
        if (!wish(peer).isOpen() && peer.hasDigests()) {
            wish(peer).wantDump(newRequestId(), nowNanos);
        }
    }

    /** Wants all that the peers have, whatever is known of it. */
    public void wantEverything(long nowNanos) {
        for (Peer peer : peers.all()) {
            if (peer.isListening()) {
                wish(peer).wantEverything(newRequestId(), nowNanos);
            }
        }
    }

    /** The local table was flushed: wants all that the peers have. */
    public void onFlushed(long nowNanos) {
        for (Peer peer : peers.all()) {
            of(peer).onFlushed();
        }
        wantEverything(nowNanos);
    }

    private long newRequestId() {
        return random.nextLong(1, Long.MAX_VALUE);
    }

    /** A heartbeat of a peer with digests tells that of its flows. */
    public void onHeartbeat(Peer peer, Control heartbeat) {
        of(peer).watch()
                .onHeartbeat(heartbeat.sent, heartbeat.digest, peer.stream().expected() - 1);
    }

    /**
     * The peer's stream may be applied up to where the peer told its digest: compares.
     *
     * @return whether flows differ that nothing on its way explains
     */
    public boolean compare(Peer peer, long nowNanos) {
        boolean differ = of(peer).watch()
                .onApplied(peer.stream().expected() - 1, index.digest(owners.of(peer)), peer.entries(), nowNanos);
        return differ && wish(peer).isDone();
    }

    /** Whether a peer's flows are known here, as its digest tells, or else as their number does. */
    public boolean isEqual(Peer peer) {
        PeerEquality equality = of(peer);
        return peer.isListening()
                && equality.wish().isDone()
                && (peer.hasDigests() ? equality.watch().matches() : peer.entries() == owners.count(peer));
    }

    /** Whether every peer that is there has completed its bulk update to this node, and there is one. */
    public boolean allDone() {
        for (Peer peer : peers.all()) {
            if (peer.isListening() && !wish(peer).isDone()) {
                return false;
            }
        }
        return peers.anyListening();
    }

    /** Whether a peer is there whose bulk update to this node was complete. */
    public boolean anyDone() {
        for (Peer peer : peers.all()) {
            if (peer.isListening() && wish(peer).isDone()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a peer may have flows of which this node does not know yet. */
    boolean anyWishOpen() {
        for (Peer peer : peers.all()) {
            if (wish(peer).isOpen()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a peer is there, and all that the peers and this node claim is known to one another. */
    public boolean allEqual() {
        for (Peer peer : peers.all()) {
            if (peer.isListening() && (!wish(peer).isDone() || (peer.hasDigests() && !peer.saysEqual()))) {
                return false;
            }
        }
        return peers.anyListening();
    }
}
