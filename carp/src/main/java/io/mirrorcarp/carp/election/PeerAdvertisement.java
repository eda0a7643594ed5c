// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.auth.SequencePlace;
import io.mirrorcarp.carp.packet.AddressFamily;
import java.net.InetAddress;

/**
 * An authentic advertisement of this vhid, as the election sees it.
 *
 * @param source the peer's address
 * @param bid what it says of the peer
 * @param above whether the peer's address is above that from which this node advertises in the family; VRRP decides ties by it
 * @param place what its sequence tells of what the peer, or this node, has missed
 */
public record PeerAdvertisement(AddressFamily family, InetAddress source, Bid bid, boolean above, SequencePlace place) {
    /** One whose sequence tells nothing. */
    public PeerAdvertisement(AddressFamily family, InetAddress source, Bid bid, boolean above) {
        this(family, source, bid, above, SequencePlace.NEXT);
    }

    /** One of CARP, which knows no order of addresses. */
    public PeerAdvertisement(AddressFamily family, InetAddress source, int advbase, int advskew, int demote) {
        this(family, source, new CarpBid(advbase, advskew, demote), false);
    }

    boolean isBowOut() {
        return bid.isBowOut();
    }
}
