// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * A single address, without its subnet, that the kernel removes unless it is renewed. See {@link Leases}.
 *
 * @param ifindex the interface that it is on
 * @param mark {@link LinkAddress#metric} by which its owner knows it; 0 for none
 */
public record AddressLease(int ifindex, InetAddress address, int mark) {

    boolean isIpv6() {
        return address instanceof Inet6Address;
    }

    /** Of the address alone: 32 or 128. */
    int prefixLength() {
        return isIpv6() ? 128 : 32;
    }
}
