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
 */
public record Sightings(Duration length, List<AdvertSighting> adverts, Map<String, Long> framesIn) {
    public Sightings {
        adverts = List.copyOf(adverts);
        framesIn = Map.copyOf(framesIn);
    }
}
