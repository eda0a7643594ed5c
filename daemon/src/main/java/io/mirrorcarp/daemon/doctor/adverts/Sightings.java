// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.doctor.adverts;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What was seen on the carpdevs in a while.
 *
 * @param length of that while
 * @param adverts CARP and VRRP, in and out
 * @param framesIn how many frames of any kind came in on each carpdev
 * @param refused how many advertisements the election took and did not believe, by the carpdev; what a packet filter drops is not among them
 */
public record Sightings(
        Duration length, List<AdvertSighting> adverts, Map<String, Long> framesIn, Map<String, Long> refused) {
    public Sightings {
        adverts = List.copyOf(adverts);
        framesIn = Map.copyOf(framesIn);
        refused = Map.copyOf(refused);
    }

    /** The same, and what the election refused meanwhile. */
    public Sightings withRefused(Map<String, Long> counts) {
        return new Sightings(length, adverts, framesIn, counts);
    }
}
