// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

/** Settings below {@code net/ipv4/conf/INTERFACE} that {@link Rtnetlink#setIpv4} can change, with their numbers (include/uapi/linux/ip.h). */
public enum Ipv4Setting {
    RP_FILTER(8),
    ARP_ANNOUNCE(18),
    ARP_IGNORE(19),
    PROMOTE_SECONDARIES(20),
    ACCEPT_LOCAL(23);

    private final int number;

    Ipv4Setting(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
