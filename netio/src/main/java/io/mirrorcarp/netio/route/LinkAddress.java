// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * An address on an interface.
 *
 * @param ifindex the interface
 * @param address IPv4 or IPv6
 * @param prefixLength of the subnet, 0 to 32 or 128
 * @param flags {@code IFA_F_*}
 * @param metric of the route to the subnet, 0 for the kernel's own. Of an address without such a route it is a mark that its owner may set
 */
public record LinkAddress(int ifindex, InetAddress address, int prefixLength, int flags, int metric) {

    private static final int IFA_F_DADFAILED = 0x08;
    private static final int IFA_F_TENTATIVE = 0x40;
    private static final int IFA_F_PERMANENT = 0x80;

    /** Without a metric. */
    public LinkAddress(int ifindex, InetAddress address, int prefixLength, int flags) {
        this(ifindex, address, prefixLength, flags, 0);
    }

    /** Whether it is an IPv6 address. */
    public boolean isIpv6() {
        return address instanceof Inet6Address;
    }

    /** Whether it can be used: it has passed or skipped duplicate address detection. */
    public boolean isUsable() {
        return (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) == 0;
    }

    /** Whether it has no end: it was not given for a time only. */
    public boolean isPermanent() {
        return (flags & IFA_F_PERMANENT) != 0;
    }

    /** Whether another address lies in the subnet of this one. */
    public boolean subnetContains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] others = other.getAddress();
        if (mine.length != others.length) {
            return false;
        }
        for (int bit = 0; bit < prefixLength; bit++) {
            int mask = 0x80 >>> (bit & 7);
            if (((mine[bit >>> 3] ^ others[bit >>> 3]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
