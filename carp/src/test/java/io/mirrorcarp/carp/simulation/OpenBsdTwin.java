// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.election.PeerAdvertisement;
import io.mirrorcarp.carp.packet.AddressFamily;

/**
 * A node that follows OpenBSD's rules: demotion in the byte, which counts first and without preempt, and whose rise alone is told
 * at once; bow-out.
 */
final class OpenBsdTwin extends CarpTwin {
    OpenBsdTwin(VirtualClock clock, Segment segment, Config config) {
        super(clock, segment, config);
    }

    @Override
    public PeerAdvertisement advertisement() {
        int demote = Math.max(0, Math.min(255, demotion));
        return new PeerAdvertisement(AddressFamily.IPV4, config.address(), config.advbase(), config.advskew(), demote);
    }

    @Override
    long downMicros() {
        return 3 * Rules.micros(config.advbase(), config.advskew());
    }

    @Override
    boolean yieldsTo(PeerAdvertisement remote) {
        int own = Rules.carp(advertisement()).demote();
        return (Rules.interval(remote) <= Rules.interval(advertisement())
                        && Rules.carp(remote).demote() <= own)
                || Rules.carp(remote).demote() < own;
    }

    @Override
    boolean takesOverFrom(PeerAdvertisement remote) {
        long hopeless = Rules.micros(3L * config.advbase(), config.advskew());
        return prefersItselfTo(remote) || Rules.interval(remote) > hopeless;
    }

    private boolean prefersItselfTo(PeerAdvertisement remote) {
        int own = Rules.carp(advertisement()).demote();
        boolean faster = Rules.interval(remote) > Rules.interval(advertisement())
                && Rules.carp(remote).demote() >= own;
        return (config.preempt() && faster) || Rules.carp(remote).demote() > own;
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
        if (demotion > 0) {
            advertise();
        }
    }
}
