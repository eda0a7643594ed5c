// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.auth.AddressSet;

/**
 * A virtual host as the election of its node knows it.
 *
 * @param name no two of a node have the same
 * @param carpdev the interface on whose segment it is
 * @param group virtual hosts that are demoted together; empty for those without one
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
