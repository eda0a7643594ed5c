// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.election.CarpBid;
import io.mirrorcarp.carp.election.PeerAdvertisement;

/** The arithmetic that every CARP shares, written a second time for the twins. */
final class Rules {
    static final long SECOND = 1_000_000_000;

    private Rules() {}

    static CarpBid carp(PeerAdvertisement advertisement) {
        return (CarpBid) advertisement.bid();
    }

    /** In whole microseconds. */
    static long interval(PeerAdvertisement advertisement) {
        return micros(carp(advertisement).advbase(), carp(advertisement).advskew());
    }

    static long micros(long advbase, long advskew) {
        return advbase * 1_000_000 + advskew * 1_000_000 / 256;
    }
}
