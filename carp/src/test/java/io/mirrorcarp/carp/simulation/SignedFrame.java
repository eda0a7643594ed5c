// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.election.PeerAdvertisement;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.Digest;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * An advertisement on a simulated segment.
 *
 * @param said what the election makes of it
 * @param signed as it is on the wire, or null where nobody looks at that
 */
record SignedFrame(PeerAdvertisement said, @Nullable CarpAdvertisement signed) {

    /** The same counter and digest, with other open fields and from another source. */
    SignedFrame changed(int advbase, int advskew, int demote, InetAddress source) {
        return new SignedFrame(
                new PeerAdvertisement(said.family(), source, advbase, advskew, demote),
                new CarpAdvertisement(signed.vhid(), advskew, advbase, demote, signed.counter(), signed.md()));
    }

    /** The same open fields with another counter and digest. */
    SignedFrame with(long counter, Digest md) {
        return new SignedFrame(
                said,
                new CarpAdvertisement(signed.vhid(), signed.advskew(), signed.advbase(), signed.demote(), counter, md));
    }
}
