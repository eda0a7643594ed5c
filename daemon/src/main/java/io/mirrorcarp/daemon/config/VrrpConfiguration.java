// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import java.time.Duration;

/**
 * What a virtual host that speaks VRRP has in the place of advbase and advskew.
 *
 * @param protocol {@link Protocol#VRRP3} or {@link Protocol#VRRP2}
 * @param priority 1 to 255: the higher, the more preferred; 255 obeys nobody
 * @param interval between advertisements: hundredths of a second up to 40.95 s; with version 2 whole seconds up to 255 s
 */
public record VrrpConfiguration(Protocol protocol, int priority, Duration interval) {
    /** The priority of a node that is not told another. */
    public static final int DEFAULT_PRIORITY = 100;

    /** In hundredths of a second. */
    public int intervalCentis() {
        return Math.toIntExact(interval.toMillis() / 10);
    }
}
