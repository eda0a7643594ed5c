// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import io.mirrorcarp.pfsync.session.LinkEvidence.Sighting;
import java.util.List;
import java.util.Map;

/**
 * What is known of the sync link at one moment beside the sessions.
 *
 * @param present whether the sync device is there
 * @param operational whether it is up and has its carrier
 * @param stranger where the last frame came from that belongs to no session; empty where there was none
 * @param sightings frames that could not be used lately
 * @param sendErrno the errno of the last send when it was refused, or 0
 * @param refusal the errno of the last refusal by the network or the other end, or 0; known only while no peer is in session
 * @param filteredFrom where packets of protocol 240 come from that reach the device and not this process; empty where there are none
 * @param misdirectedTo the address that such packets go to, where it is none of this node; else empty
 * @param unconnected host id of a peer to why there is no TCP connection with it
 */
public record LinkSnapshot(
        boolean present,
        boolean operational,
        String stranger,
        List<Sighting> sightings,
        int sendErrno,
        int refusal,
        String filteredFrom,
        String misdirectedTo,
        Map<Integer, String> unconnected) {
    public LinkSnapshot {
        sightings = List.copyOf(sightings);
        unconnected = Map.copyOf(unconnected);
    }
}
