// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.election.PeerAdvertisement;
import io.mirrorcarp.carp.packet.AddressFamily;

/**
 * A node that follows FreeBSD's rules: demotion in the skew, no byte, no bow-out, equal masters both give way. Its skew ends at
 * 240, configured or demoted; a sum below 0 is not cut, so the others see it modulo 256.
 */
final class FreeBsdTwin extends CarpTwin {
    private static final int MOST_SKEW = 240;

    FreeBsdTwin(VirtualClock clock, Segment segment, Config config) {
        super(clock, segment, config);
    }

    static int leastSkewSent(int configured) {
        return Math.min(MOST_SKEW, configured);
    }

    private int demotedSkew() {
        return Math.min(MOST_SKEW, config.advskew() + demotion);
    }

    @Override
    public PeerAdvertisement advertisement() {
        int sent = demotedSkew() & 0xff;
        return new PeerAdvertisement(AddressFamily.IPV4, config.address(), config.advbase(), sent, 0);
    }

    private long ownInterval() {
        return Rules.micros(config.advbase(), demotedSkew());
    }

    @Override
    long intervalMicros() {
        return ownInterval();
    }

    /** The timer of the first one after a promotion knows nothing of the demotion. */
    @Override
    long firstIntervalMicros() {
        return Rules.micros(config.advbase(), config.advskew());
    }

    @Override
    long downMicros() {
        return Rules.micros(3L * config.advbase(), config.advskew());
    }

    @Override
    boolean yieldsTo(PeerAdvertisement remote) {
        return Rules.interval(remote) <= ownInterval();
    }

    @Override
    boolean takesOverFrom(PeerAdvertisement remote) {
        long hopeless = Rules.micros(3L * config.advbase(), demotedSkew());
        return prefersItselfTo(remote) || Rules.interval(remote) > hopeless;
    }

    private boolean prefersItselfTo(PeerAdvertisement remote) {
        return config.preempt() && Rules.interval(remote) > ownInterval();
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
    void onDemotionChange(int before) {
        advertise();
    }
}
