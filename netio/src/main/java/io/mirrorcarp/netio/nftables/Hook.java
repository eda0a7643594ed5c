// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.nftables;

/** Where a chain sees what passes. */
public enum Hook {
    /** Of the family netdev: all frames that come in, behind the packet sockets, and before VLANs, bridges, macvlans and protocols. */
    INGRESS(0),
    /** Of the family netdev: all frames that go out, with their Ethernet header, before the packet sockets. Since Linux 5.16. */
    EGRESS(1),
    /** Of the family inet: all packets that come in. Connection tracking is at priority -200. */
    PREROUTING(0),
    /** Of the family inet: packets for this host. */
    INPUT(1);

    private final int number;

    Hook(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
