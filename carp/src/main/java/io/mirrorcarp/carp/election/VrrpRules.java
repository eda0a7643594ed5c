// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.packet.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * VRRP's rules: RFC 9568 section 6.4, and RFC 3768 for version 2.
 *
 * <p>A demotion is subtracted from the priority, down to 1. One below zero adds to it, up to 254. Priority 0 is said by a master that leaves, and at no other time. Only an owner that is not demoted
 * says 255; it obeys nobody.
 *
 * <p>Where RFC 9568 lets a backup of higher priority pass over what the master says until its timer runs out, this one takes over at once, as with CARP: the master gives way as soon as it hears it.
 *
 * @param protocol {@link Protocol#VRRP2}, with which all nodes have the same interval of whole seconds, or {@link Protocol#VRRP3}
 * @param priority 1 to 255; the highest is the preferred master, and 255 the owner of the addresses
 * @param intervalCentis the time between advertisements in 1/100 s, 1 to 4095; with version 2 up to 25500
 */
public record VrrpRules(Protocol protocol, int priority, int intervalCentis) implements ElectionRules {
    /** The one of a node that is not told another. */
    public static final int DEFAULT_PRIORITY = 100;

    private static final int OWNER = 255;
    private static final int MISSED = 3;
    private static final int MOST_CENTIS = 4_095;
    private static final int MOST_CENTIS_OF_VERSION_2 = 25_500;

    public VrrpRules {
        if (!protocol.isVrrp()) {
            throw new IllegalArgumentException("not of VRRP: " + protocol);
        }
        CarpSettings.require("priority", priority, 1, OWNER);
        CarpSettings.require("interval", intervalCentis, 1, mostCentis(protocol));
    }

    /** The longest interval, in 1/100 s. */
    public static int mostCentis(Protocol protocol) {
        return protocol == Protocol.VRRP2 ? MOST_CENTIS_OF_VERSION_2 : MOST_CENTIS;
    }

    @Override
    public VrrpBid bid(int demotion) {
        long most = demotion < 0 ? Math.max(priority, OWNER - 1) : priority;
        return new VrrpBid((int) Math.max(1, Math.min(most, (long) priority - demotion)), intervalCentis);
    }

    @Override
    public VrrpBid bowOut(int demotion) {
        return new VrrpBid(0, intervalCentis);
    }

    /** Of two masters of equal priority the one with the higher address stays, but an owner obeys nobody. */
    @Override
    public Standing standing(Bid bid, boolean above) {
        if (!(bid instanceof VrrpBid vrrp)) {
            throw new IllegalArgumentException("not of VRRP: " + bid);
        }
        boolean winsTie = above && !(priority == OWNER && vrrp.priority() == OWNER);
        return Standing.ofPriority(vrrp.intervalMicros(), vrrp.unfitness(), winsTie);
    }

    @Override
    public long masterDownNanos() {
        return downNanos(ownMicros());
    }

    private long ownMicros() {
        return new VrrpBid(priority, intervalCentis).intervalMicros();
    }

    private long downNanos(long intervalMicros) {
        return (MISSED * intervalMicros + skewMicros(intervalMicros)) * Interval.NANOS_PER_MICRO;
    }

    /** By the interval of the master, as it says it. An owner that may displace the others does not wait for one. */
    @Override
    public long patienceNanos(@Nullable Standing master, Standing own, boolean mayPreempt) {
        if (master == null) {
            return own.unfitness() == 0 && mayPreempt ? 0 : masterDownNanos();
        }
        return downNanos(master.intervalMicros());
    }

    /** However seldom a master advertises, it is waited for as long as it says. */
    @Override
    public boolean isTooSlow(Standing master) {
        return false;
    }

    @Override
    public long skewMicros(long intervalMicros) {
        return (256 - priority) * intervalMicros / 256;
    }

    /** Not for an interval of 1/100 s either: the skew of VRRP is a part of the interval. */
    @Override
    public boolean isBelowSeconds() {
        return false;
    }

    @Override
    public long baseNanos() {
        return ownMicros() * Interval.NANOS_PER_MICRO;
    }

    @Override
    public TransitionReason preemption() {
        return TransitionReason.PREEMPTING_LOWER_PRIORITY;
    }

    @Override
    public TransitionReason yielding() {
        return TransitionReason.BETTER_ADVERTISEMENT;
    }

    @Override
    public boolean staggersSuccession() {
        return true;
    }

    @Override
    public boolean answersRivals() {
        return true;
    }
}
