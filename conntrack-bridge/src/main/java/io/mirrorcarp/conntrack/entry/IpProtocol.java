// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.entry;

/** IP protocol numbers (IANA) that this module treats by name; any other number from 0 to 255 is carried without ports. */
public final class IpProtocol {
    public static final int ICMP = 1;
    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int GRE = 47;
    public static final int DCCP = 33;
    public static final int ICMPV6 = 58;
    /** CARP, and VRRP, which has the same number. */
    public static final int CARP = 112;

    public static final int SCTP = 132;
    public static final int UDPLITE = 136;
    public static final int PFSYNC = 240;

    private IpProtocol() {}

    /** Whether the kernel keeps an ICMP identifier, type and code for this protocol in place of ports. */
    public static boolean isIcmp(int protocol) {
        return protocol == ICMP || protocol == ICMPV6;
    }

    /** Whether the kernel keeps ports for this protocol: neither an ICMP identifier nor the keys of GRE. */
    public static boolean hasPorts(int protocol) {
        return protocol == TCP || protocol == UDP || protocol == UDPLITE || protocol == SCTP || protocol == DCCP;
    }

    /** Whether NAT may choose a port for this protocol; GRE's keys are kept, and so is what has no ports. */
    public static boolean hasTranslatedPorts(int protocol) {
        return protocol == TCP || protocol == UDP || protocol == UDPLITE || protocol == SCTP || isIcmp(protocol);
    }
}
