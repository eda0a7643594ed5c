// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/**
 * What a VRRP advertisement says.
 *
 * @param priority 0 to 255; 0 as a master leaves, 255 for the owner of the addresses
 * @param intervalCentis the time between advertisements in 1/100 s
 */
public record VrrpBid(int priority, int intervalCentis) implements Bid {
    private static final int HIGHEST_PRIORITY = 255;
    private static final int CENTIS_PER_SECOND = 100;
    private static final long MICROS_PER_CENTI = 10_000;

    @Override
    public long intervalMicros() {
        return intervalCentis * MICROS_PER_CENTI;
    }

    @Override
    public int advbase() {
        return (intervalCentis + CENTIS_PER_SECOND - 1) / CENTIS_PER_SECOND;
    }

    @Override
    public int advskew() {
        return HIGHEST_PRIORITY - priority;
    }

    @Override
    public int demote() {
        return 0;
    }

    @Override
    public int unfitness() {
        return advskew();
    }

    @Override
    public boolean isBowOut() {
        return priority == 0;
    }
}
