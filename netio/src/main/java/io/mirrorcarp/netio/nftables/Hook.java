// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.nftables;

/** Where a chain of the netdev family sees the frames of an interface. */
public enum Hook {
    /** All that come in, behind the packet sockets, and before VLANs, bridges, macvlans and protocols. */
    INGRESS(0),
    /** All that go out, with their Ethernet header, before the packet sockets. Since Linux 5.16. */
    EGRESS(1);

    private final int number;

    Hook(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
