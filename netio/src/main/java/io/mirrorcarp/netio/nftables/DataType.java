// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.nftables;

/** What the elements of a {@link ElementSet} are. The numbers are those of nft(8), which shows the elements by them; the kernel looks at the length only. */
public enum DataType {
    IPV4_ADDRESS(7, 4),
    IPV6_ADDRESS(8, 16),
    ETHERNET_ADDRESS(9, 6);

    private final int number;
    private final int length;

    DataType(int number, int length) {
        this.number = number;
        this.length = length;
    }

    int number() {
        return number;
    }

    /** In bytes. */
    int length() {
        return length;
    }
}
