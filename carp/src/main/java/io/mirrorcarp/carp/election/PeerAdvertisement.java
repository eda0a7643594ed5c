// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.ReceivedAdvertisement;
import java.net.InetAddress;

/**
 * An authentic advertisement of this vhid, as the election sees it.
 *
 * @param source the peer's address
 * @param advbase 0 to 255
 * @param advskew 0 to 255
 * @param demote 0 to 255
 */
public record PeerAdvertisement(AddressFamily family, InetAddress source, int advbase, int advskew, int demote) {
    public static PeerAdvertisement of(ReceivedAdvertisement received) {
        CarpAdvertisement advertisement = received.advertisement();
        return new PeerAdvertisement(
                received.family(),
                received.source(),
                advertisement.advbase(),
                advertisement.advskew(),
                advertisement.demote());
    }

    boolean isBowOut() {
        return advbase == CarpAdvertisement.BOW_OUT && advskew == CarpAdvertisement.BOW_OUT;
    }
}
