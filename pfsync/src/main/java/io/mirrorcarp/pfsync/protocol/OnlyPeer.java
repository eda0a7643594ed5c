// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.message.Announcement;
import io.mirrorcarp.pfsync.session.Peer;
import io.mirrorcarp.pfsync.session.PeerTable;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells what the only peer is master of, by its word: no other node of this program is there to follow it. While none is there the last word counts, since a node that dies takes nothing back. This is
 * judged after every burst, so it allocates only when a peer has said something new. Not thread-safe.
 */
final class OnlyPeer {
    private final PeerTable peers;
    private final PfsyncListener listener;
    private Announcement before = Announcement.NONE;
    private Set<PeerMaster> told = Set.of();

    OnlyPeer(PeerTable peers, PfsyncListener listener) {
        this.peers = peers;
        this.listener = listener;
    }

    @SuppressWarnings("ReferenceEquality")
    void update() {
        int there = 0;
        Announcement its = Announcement.NONE;
        for (Peer peer : peers.all()) {
            if (peer.isListening()) {
                there++;
                its = peer.announcement();
            }
        }
        Announcement now = there == 1 ? its : Announcement.NONE;
        // The same object: each heartbeat that says something new brings a new one.
        if (there == 0 || now == before) {
            return;
        }
        before = now;
        Set<PeerMaster> masters = new HashSet<>();
        PeerMaster.addAll(now, masters);
        if (!masters.equals(told)) {
            told = Set.copyOf(masters);
            listener.onOnlyPeer(told);
        }
    }
}
