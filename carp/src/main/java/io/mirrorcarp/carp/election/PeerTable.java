// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The last {@value #LIMIT} addresses from which authentic advertisements of a vhid came. */
public final class PeerTable {
    static final int LIMIT = 16;

    private final Map<InetAddress, Peer> peers = new LinkedHashMap<>();

    void heard(PeerAdvertisement advertisement, long nowNanos) {
        InetAddress address = advertisement.source();
        peers.remove(address);
        if (peers.size() == LIMIT) {
            peers.remove(peers.keySet().iterator().next());
        }
        peers.put(address, new Peer(address, advertisement.bid(), nowNanos));
    }

    /** Longest silent first. */
    public List<Peer> peers() {
        return List.copyOf(peers.values());
    }
}
