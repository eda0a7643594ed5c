// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.nftables;

/** What the chains of a table see ({@code NFPROTO_*} of include/uapi/linux/netfilter.h). */
public enum TableFamily {
    /** IPv4 and IPv6 packets. */
    INET(1),
    /** The frames of an interface. */
    NETDEV(5);

    private final int number;

    TableFamily(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
