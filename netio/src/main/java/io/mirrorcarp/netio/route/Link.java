// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import io.mirrorcarp.address.MacAddress;

/**
 * A network interface as the kernel describes it.
 *
 * @param index its number, which it keeps when renamed
 * @param name its name, at most 15 characters
 * @param mac its Ethernet address; all zero where it has none
 * @param flags {@code IFF_*}
 * @param operState RFC 2863 state, {@code IF_OPER_*}: 0 unknown, 1 not present, 2 down, 3 lower layer down, 4 testing, 5 dormant, 6 up
 * @param mtu in bytes
 * @param kind such as {@code macvlan}; empty for hardware
 * @param alias a text that the administrator or a program set; empty where there is none
 * @param parentIndex the interface that it is made on, in the same network namespace; 0 where there is none
 * @param masterIndex the bridge, bond or VRF that it is a port of; 0 where there is none
 * @param vrfTable the routing table of a VRF; 0 for other kinds
 * @param forwardsIpv4 whether it forwards IPv4 packets; false where the kernel does not say
 * @param forwardsIpv6 whether it forwards IPv6 packets; false where the kernel does not say, or has no IPv6
 */
public record Link(
        int index,
        String name,
        MacAddress mac,
        int flags,
        int operState,
        int mtu,
        String kind,
        String alias,
        int parentIndex,
        int masterIndex,
        int vrfTable,
        boolean forwardsIpv4,
        boolean forwardsIpv6) {

    private static final int IFF_UP = 1;
    private static final int IFF_LOOPBACK = 1 << 3;
    private static final int IF_OPER_UNKNOWN = 0;
    private static final int IF_OPER_UP = 6;

    /** Whether the administrator set it up. */
    public boolean isUp() {
        return (flags & IFF_UP) != 0;
    }

    /** Whether it is the host's connection to itself. */
    public boolean isLoopback() {
        return (flags & IFF_LOOPBACK) != 0;
    }

    /** Whether it can pass frames: set up, with carrier. A driver that does not know its carrier counts as having one. */
    public boolean isOperational() {
        return isUp() && (operState == IF_OPER_UP || operState == IF_OPER_UNKNOWN);
    }
}
