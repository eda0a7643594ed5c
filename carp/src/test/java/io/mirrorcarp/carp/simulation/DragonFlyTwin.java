// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.election.PeerAdvertisement;
import io.mirrorcarp.carp.packet.AddressFamily;

/**
 * A node that follows DragonFly's rules: any demotion means an advskew of 240, with preempt it starts as master, and it bows
 * out. It does not watch the carrier, so a lost link stands for an interface that was turned off.
 */
final class DragonFlyTwin extends CarpTwin {
    private static final int SUPPRESSED_SKEW = 240;

    DragonFlyTwin(VirtualClock clock, Segment segment, Config config) {
        super(clock, segment, config);
    }

    @Override
    public PeerAdvertisement advertisement() {
        int skew = demotion > 0 ? Math.max(SUPPRESSED_SKEW, config.advskew()) : config.advskew();
        return new PeerAdvertisement(AddressFamily.IPV4, config.address(), config.advbase(), skew, 0);
    }

    @Override
    long downMicros() {
        return Rules.micros(3L * config.advbase(), config.advskew());
    }

    @Override
    boolean startsAsMaster() {
        return config.preempt() && demotion <= 0;
    }

    @Override
    boolean yieldsTo(PeerAdvertisement remote) {
        return Rules.interval(remote) <= Rules.interval(advertisement());
    }

    @Override
    boolean takesOverFrom(PeerAdvertisement remote) {
        long hopeless =
                Rules.micros(3L * config.advbase(), Rules.carp(advertisement()).advskew());
        return prefersItselfTo(remote) || Rules.interval(remote) > hopeless;
    }

    private boolean prefersItselfTo(PeerAdvertisement remote) {
        return config.preempt() && Rules.interval(remote) > Rules.interval(advertisement());
    }

    @Override
    public boolean wouldDisplace(Member master) {
        return prefersItselfTo(master.advertisement());
    }

    @Override
    boolean bowsOut() {
        return true;
    }

    @Override
    void onDemotionChange(int before) {
        if (before <= 0 && demotion > 0) {
            advertise();
        }
    }
}
