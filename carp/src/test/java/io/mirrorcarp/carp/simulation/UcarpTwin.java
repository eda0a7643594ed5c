// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.election.PeerAdvertisement;
import io.mirrorcarp.carp.packet.AddressFamily;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * A node that follows ucarp's rules: it looks at its timer once per interval, hears up to a second late, breaks ties by the
 * byte-reversed address, advertises once more as it gives way, and knows no demotion.
 */
final class UcarpTwin extends CarpTwin {
    private final RandomGenerator random;
    private long heardUntilNanos;

    UcarpTwin(VirtualClock clock, Segment segment, Config config, RandomGenerator random) {
        super(clock, segment, config);
        this.random = random;
    }

    @Override
    public PeerAdvertisement advertisement() {
        return new PeerAdvertisement(AddressFamily.IPV4, config.address(), config.advbase(), config.advskew(), 0);
    }

    @Override
    long downMicros() {
        long interval = Rules.interval(advertisement());
        long down = Rules.micros(3L * config.advbase(), config.advskew());
        return (down + interval - 1) / interval * interval;
    }

    @Override
    public void hear(PeerAdvertisement remote) {
        long at = Math.max(heardUntilNanos, clock.nowNanos() + random.nextLong(Rules.SECOND));
        heardUntilNanos = at;
        clock.at(at, () -> super.hear(remote));
    }

    @Override
    boolean yieldsTo(PeerAdvertisement remote) {
        long own = Rules.interval(advertisement());
        long other = Rules.interval(remote);
        return other < own || (other == own && reversed(remote.source()) < reversed(config.address()));
    }

    private static long reversed(InetAddress address) {
        return Integer.toUnsignedLong(
                Integer.reverseBytes(ByteBuffer.wrap(address.getAddress()).getInt()));
    }

    @Override
    boolean takesOverFrom(PeerAdvertisement remote) {
        long hopeless = Rules.micros(3L * config.advbase(), config.advskew());
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
    void onDemotionChange(int before) {}

    @Override
    void onYield() {
        advertise();
    }
}
