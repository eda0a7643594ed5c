// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.nftables;

/** What the elements of a {@link ElementSet} are. The numbers are those of nft(8), which shows the elements by them; the kernel looks at the length only. */
public enum DataType {
    IPV4_ADDRESS(7, 4),
    IPV6_ADDRESS(8, 16),
    ETHERNET_ADDRESS(9, 6),
    /** The first half of an IPv6 address. */
    IPV6_PREFIX(4, 8),
    /** The number of an interface, in the order of the host. */
    INTERFACE(20, 4);

    private final int number;
    private final int length;

    DataType(int number, int length) {
        this.number = number;
        this.length = length;
    }

    int number() {
        return number;
    }

    /** Whether nft(8) shows the elements by the order of the host. */
    boolean isHostOrder() {
        return this == INTERFACE;
    }

    /** In bytes. */
    int length() {
        return length;
    }
}
