// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.flows.KnownTables;
import io.mirrorcarp.pfsync.message.Question;
import java.util.Set;

/** Hears what happens to replication on this node. Called on the replication loop: it must return at once. */
public interface PfsyncListener {
    /** The node shall be demoted, or no more, for this cause. */
    void onDemotion(DemotionCause cause, boolean raised, String reason);

    /** Whether the node may take addresses from a healthy master. Not before the first call. */
    void onPreemptAllowed(boolean allowed, String reason);

    /**
     * Of which masters the node has every state, by the word of peers in session. These it may replace although {@link #onPreemptAllowed} says no on account of another peer. None before the first call.
     */
    default void onMastersHeld(Set<PeerMaster> masters) {}

    /** What the only peer that is there is master of, by its word; empty where several are there, and none before the first call. While no peer is there the last call counts. */
    default void onOnlyPeer(Set<PeerMaster> masters) {}

    /**
     * A peer, master of a virtual host until now, leaves it. Up to three calls for each.
     *
     * @param vhid 1 to 255
     * @param addresses the digest of the virtual addresses
     */
    void onResigned(int vhid, long addresses);

    /**
     * Something says that a peer's process, or the peer, ended without a word just now: its connection was closed, or the sync device lost its carrier. It may
     * still be there.
     *
     * @param masters what other peers are master of, which are there
     */
    void onPeerDied(String what, Set<PeerMaster> masters);

    /**
     * A peer has been silent for so long that it is lost.
     *
     * @param masters as of {@link #onPeerDied}
     */
    void onPeerSilent(Set<PeerMaster> masters);

    /** How replication stands has changed. */
    void onVerdict(Verdict verdict);

    /** To be kept where the next life of the node finds it. */
    void onKnownTables(KnownTables tables);

    /**
     * A peer asks something; once for each question. It waits for {@link Replication#answer}.
     *
     * @param creatorId who asks
     * @param node its name
     */
    void onQuestion(int creatorId, String node, Question question);

    /** Something to tell the administrator. */
    void onEvent(String message);

    /** Replication cannot go on. */
    void onFailure(Throwable failure);
}
