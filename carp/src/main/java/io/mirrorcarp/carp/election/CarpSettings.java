// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.packet.AddressFamily;
import java.util.EnumSet;
import java.util.Set;

/**
 * The configuration of one virtual host.
 *
 * @param vhid 1 to 255
 * @param advbase 0 to 255 s; every node of a vhid should have the same
 * @param advskew 0 to 254 in 1/256 s; the lowest is the preferred master
 * @param preempt whether to displace a slower master
 * @param families those of the virtual addresses; each gets its advertisements
 */
public record CarpSettings(
        int vhid,
        int advbase,
        int advskew,
        boolean preempt,
        Set<AddressFamily> families,
        PeerRules rules,
        TakeoverSettings takeover) {
    public CarpSettings {
        require("vhid", vhid, 1, 255);
        require("advbase", advbase, 0, 255);
        require("advskew", advskew, 0, 254);
        families = Set.copyOf(families);
    }

    private static void require(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is not " + least + " to " + most + ": " + value);
        }
    }

    /** IPv4, no preempt, default rules, takeover at once. */
    public static CarpSettings of(int vhid, int advbase, int advskew) {
        return new CarpSettings(
                vhid,
                advbase,
                advskew,
                false,
                EnumSet.of(AddressFamily.IPV4),
                PeerRules.DEFAULT,
                TakeoverSettings.AT_ONCE);
    }

    public CarpSettings withAdvskew(int changed) {
        return new CarpSettings(vhid, advbase, changed, preempt, families, rules, takeover);
    }

    public CarpSettings withPreempt(boolean changed) {
        return new CarpSettings(vhid, advbase, advskew, changed, families, rules, takeover);
    }

    public CarpSettings withFamilies(Set<AddressFamily> changed) {
        return new CarpSettings(vhid, advbase, advskew, preempt, changed, rules, takeover);
    }

    public CarpSettings withRules(PeerRules changed) {
        return new CarpSettings(vhid, advbase, advskew, preempt, families, changed, takeover);
    }

    public CarpSettings withTakeover(TakeoverSettings changed) {
        return new CarpSettings(vhid, advbase, advskew, preempt, families, rules, changed);
    }

    /** How long this node waits for a master; demotion makes no difference. */
    public long masterDownNanos() {
        return rules.downTimer().nanos(advbase, advskew);
    }

    /** A master that advertises more seldom than this is taken to time out: the same with every formula. */
    long hopelessMicros() {
        return DownTimer.FREEBSD.micros(advbase, advskew);
    }

    /** The advskew to advertise under a demotion. */
    public int advertisedSkew(int demotion) {
        return rules.demotionMode().advskew(advskew, demotion);
    }

    /** The demote byte to advertise under a demotion. */
    public int advertisedDemote(int demotion) {
        return rules.demotionMode().demoteByte(demotion);
    }

    Standing standing(int demotion) {
        return standing(advbase, advertisedSkew(demotion), advertisedDemote(demotion));
    }

    Standing standing(PeerAdvertisement remote) {
        return standing(remote.advbase(), remote.advskew(), remote.demote());
    }

    private Standing standing(int base, int skew, int demote) {
        return new Standing(Interval.micros(base, skew), rules.honourDemoteByte() ? demote : 0);
    }
}
