// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.flows;

import java.util.HashMap;
import java.util.Map;

/**
 * Of which kernel tables there are copies in the local one: what the next life of this node needs to tell its own flows from copies. Immutable.
 *
 * @param own names the local table; 0 when it is not known
 * @param told names it to the peers: another than {@code own} once the table was flushed
 * @param peers creator id of each peer that had a session since the local table is there, to what names the peer's table; 0 where there was
 *     more than one
 */
public record KnownTables(long own, long told, Map<Integer, Long> peers) {
    /** Of a node that never ran. */
    public static final KnownTables NONE = new KnownTables(0, 0, Map.of());

    private static final long STEP = 0x9e37_79b9_7f4a_7c15L;

    public KnownTables {
        peers = Map.copyOf(peers);
    }

    /** What is known when the local table is this one. */
    public KnownTables in(long table) {
        return table == own ? this : new KnownTables(table, table, Map.of());
    }

    /** What is known when the local table was flushed. */
    public KnownTables flushed() {
        long other = told + STEP;
        return new KnownTables(own, other == 0 ? STEP : other, Map.of());
    }

    /** What is known when flows of a peer with this table come, or came. */
    public KnownTables with(int creatorId, long table) {
        Map<Integer, Long> more = new HashMap<>(peers);
        more.merge(creatorId, table, (before, now) -> before.equals(now) ? now : Long.valueOf(0));
        return new KnownTables(own, told, more);
    }

    /** The same but for the peers. */
    public KnownTables withoutPeers() {
        return new KnownTables(own, told, Map.of());
    }

    /** Whether a peer had more than one table. */
    public boolean isMixed() {
        return peers.containsValue(0L);
    }

    /** Whether every copy in the local table is one of a flow of this peer, and the peer's table is still the one of then. */
    public boolean isOnlyPeer(int creatorId, long table) {
        return peers.size() == 1 && table != 0 && peers.getOrDefault(creatorId, 0L) == table;
    }
}
