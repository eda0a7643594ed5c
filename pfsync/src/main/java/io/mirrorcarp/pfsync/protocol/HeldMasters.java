// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.message.Announcement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells which masters this node could replace without the loss of a flow, though it may lack the states of some other peer: one that is lost, for instance. This is judged after every burst, so it allocates
 * only when a peer has said something new. Not thread-safe.
 */
final class HeldMasters {
    private final PfsyncListener listener;
    private List<Announcement> trusted = new ArrayList<>();
    private List<Announcement> before = new ArrayList<>();
    private Set<PeerMaster> told = Set.of();

    HeldMasters(PfsyncListener listener) {
        this.listener = listener;
    }

    /** Begins to judge anew. */
    void begin() {
        List<Announcement> free = before;
        before = trusted;
        trusted = free;
        trusted.clear();
    }

    /** Nothing makes the states of this peer doubtful. */
    void add(Announcement peer) {
        trusted.add(peer);
    }

    /** @param isWhole whether this node's own table and link are in order: else it holds nobody's states for certain */
    void end(boolean isWhole) {
        if (!isWhole) {
            trusted.clear();
        }
        if (isAsBefore()) {
            return;
        }
        Set<PeerMaster> now = new HashSet<>();
        trusted.forEach(announcement -> PeerMaster.addAll(announcement, now));
        if (!now.equals(told)) {
            told = Set.copyOf(now);
            listener.onMastersHeld(told);
        }
    }

    /** The same objects: each heartbeat brings a new one. */
    @SuppressWarnings("ReferenceEquality")
    private boolean isAsBefore() {
        if (trusted.size() != before.size()) {
            return false;
        }
        for (int i = 0; i < trusted.size(); i++) {
            if (trusted.get(i) != before.get(i)) {
                return false;
            }
        }
        return true;
    }
}
