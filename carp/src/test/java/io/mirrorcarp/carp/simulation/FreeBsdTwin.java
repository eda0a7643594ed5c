// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.election.PeerAdvertisement;
import io.mirrorcarp.carp.packet.AddressFamily;

/** A node that follows FreeBSD's rules: demotion in the skew, no byte, no bow-out, equal masters both give way. */
final class FreeBsdTwin extends Twin {
    FreeBsdTwin(VirtualClock clock, Segment segment, Config config) {
        super(clock, segment, config);
    }

    @Override
    public PeerAdvertisement advertisement() {
        int skew = Math.max(0, Math.min(240, config.advskew() + demotion));
        return new PeerAdvertisement(AddressFamily.IPV4, config.address(), config.advbase(), skew, 0);
    }

    @Override
    long downMicros() {
        return Rules.micros(3L * config.advbase(), config.advskew());
    }

    @Override
    boolean yieldsTo(PeerAdvertisement remote) {
        return Rules.interval(remote) <= Rules.interval(advertisement());
    }

    @Override
    boolean takesOverFrom(PeerAdvertisement remote) {
        long hopeless = Rules.micros(3L * config.advbase(), advertisement().advskew());
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
        return false;
    }

    @Override
    void onDemotionChange() {
        advertise();
    }
}
