// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.packet.CarpAdvertisement;

/**
 * What a CARP advertisement says.
 *
 * @param advbase 0 to 255 s
 * @param advskew 0 to 255, in 1/256 s, demotion included
 * @param demote the demote byte, 0 to 255
 */
public record CarpBid(int advbase, int advskew, int demote) implements Bid {
    @Override
    public long intervalMicros() {
        return Interval.micros(advbase, advskew);
    }

    @Override
    public int unfitness() {
        return Math.max(advskew, demote);
    }

    @Override
    public boolean isBowOut() {
        return advbase == CarpAdvertisement.BOW_OUT && advskew == CarpAdvertisement.BOW_OUT;
    }
}
