// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.auth.AddressSet;

/**
 * A virtual host as the election of its node knows it.
 *
 * @param name no two of a node have the same
 * @param carpdev the interface on whose segment it is
 * @param group virtual hosts that move together, and are demoted together; empty for those without one. See {@link #group}
 * @param addresses the virtual ones
 * @param way by which its advertisements come
 * @param rehearsed whether a takeover is tried when its carpdev opens
 * @param upDelayNanos how long the carpdev must have its link before it counts as up
 * @param downDelayNanos how long it must have lost it before it counts as down
 */
public record ElectedHost(
        String name,
        String carpdev,
        CarpSettings settings,
        String group,
        AddressSet addresses,
        AdvertisementWay way,
        boolean rehearsed,
        long upDelayNanos,
        long downDelayNanos) {
    static final char SLOT = ':';

    /**
     * The group of a virtual host in the election. Balanced ones move with those of the same slot alone, since each slot has a master of its own; the packets of a connection have
     * the same slot in every network.
     *
     * @param named that of the administrator, without a colon; empty for none
     * @param slot 0 or more; negative without balancing
     */
    public static String group(String named, int slot) {
        return slot < 0 ? named : named + SLOT + slot;
    }

    /** That of the administrator, of whatever slot. */
    String namedGroup() {
        int end = group.indexOf(SLOT);
        return end < 0 ? group : group.substring(0, end);
    }

    /** 1 to 255. */
    public int vhid() {
        return settings.vhid();
    }

    /** {@code 1@wan0}, as log lines name it. */
    public String subject() {
        return vhid() + "@" + carpdev;
    }

    boolean isWith(ElectedHost other) {
        return group.equals(other.group);
    }
}
