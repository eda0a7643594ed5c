// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import java.util.HashMap;
import java.util.Map;

/**
 * Of which kernel tables there are copies in the local one: what the next life of this node needs to tell its own flows from copies. Immutable.
 *
 * @param own names the local table; 0 when it is not known
 * @param peers creator id of each peer that had a session since the local table is there, to what names the peer's table; 0 where there was
 *     more than one
 */
public record KnownTables(long own, Map<Integer, Long> peers) {
    /** Of a node that never ran. */
    public static final KnownTables NONE = new KnownTables(0, Map.of());

    public KnownTables {
        peers = Map.copyOf(peers);
    }

    /** What is known when the local table is this one. */
    KnownTables in(long table) {
        return table == own ? this : new KnownTables(table, Map.of());
    }

    /** What is known when flows of a peer with this table come, or came. */
    KnownTables with(int creatorId, long table) {
        Map<Integer, Long> more = new HashMap<>(peers);
        more.merge(creatorId, table, (before, now) -> before.equals(now) ? now : Long.valueOf(0));
        return new KnownTables(own, more);
    }

    /** Whether a peer had more than one table. */
    boolean isMixed() {
        return peers.containsValue(0L);
    }

    /** Whether every copy in the local table is one of a flow of this peer, and the peer's table is still the one of then. */
    boolean isOnlyPeer(int creatorId, long table) {
        return peers.size() == 1 && table != 0 && peers.getOrDefault(creatorId, 0L) == table;
    }
}
