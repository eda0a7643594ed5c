// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.packet.AddressFamily;
import java.util.EnumSet;
import java.util.Set;

/**
 * The configuration of one virtual host.
 *
 * @param vhid 1 to 255; with VRRP the virtual router id
 * @param rules those of its protocol
 * @param preempt whether to displace a worse master
 * @param families those of the virtual addresses; each gets its advertisements
 */
public record CarpSettings(
        int vhid, ElectionRules rules, boolean preempt, Set<AddressFamily> families, TakeoverSettings takeover) {
    public CarpSettings {
        require("vhid", vhid, 1, 255);
        families = Set.copyOf(families);
    }

    static void require(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is not " + least + " to " + most + ": " + value);
        }
    }

    /** CARP over IPv4, no preempt, default rules, takeover at once. */
    public static CarpSettings of(int vhid, int advbase, int advskew) {
        return of(vhid, new CarpRules(advbase, advskew, PeerRules.DEFAULT));
    }

    /** IPv4, no preempt, takeover at once. */
    public static CarpSettings of(int vhid, ElectionRules rules) {
        return new CarpSettings(vhid, rules, false, EnumSet.of(AddressFamily.IPV4), TakeoverSettings.AT_ONCE);
    }

    public CarpSettings withPreempt(boolean changed) {
        return new CarpSettings(vhid, rules, changed, families, takeover);
    }

    public CarpSettings withFamilies(Set<AddressFamily> changed) {
        return new CarpSettings(vhid, rules, preempt, changed, takeover);
    }

    public CarpSettings withRules(ElectionRules changed) {
        return new CarpSettings(vhid, changed, preempt, families, takeover);
    }

    public CarpSettings withTakeover(TakeoverSettings changed) {
        return new CarpSettings(vhid, rules, preempt, families, changed);
    }
}
