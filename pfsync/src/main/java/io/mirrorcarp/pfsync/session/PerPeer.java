// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a room keeps of each peer. It is made when it is asked for first, and gone when the peer's place is another's. */
public final class PerPeer<T> {
    private final Supplier<T> made;
    private final @Nullable Peer[] peers = new Peer[PeerTable.MAX_PEERS];
    private final @Nullable Object[] kept = new Object[PeerTable.MAX_PEERS];

    /** @param made what there is to say of a new peer */
    public PerPeer(Supplier<T> made) {
        this.made = made;
    }

    /** Of a peer that has a place in the table. */
    @SuppressWarnings("unchecked") // Only what was made is kept.
    public T of(Peer peer) {
        int place = peer.place();
        if (peers[place] != peer) {
            peers[place] = peer;
            kept[place] = made.get();
        }
        return (T) Objects.requireNonNull(kept[place]);
    }
}
