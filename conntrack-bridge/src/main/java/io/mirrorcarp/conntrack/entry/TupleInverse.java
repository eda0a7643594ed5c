// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.entry;

import io.mirrorcarp.pfsync.message.FlowTuple;

/**
 * The tuple that replies have when nothing is translated: nf_ct_invert_tuple of the kernel. Addresses and ports change places;
 * ICMP and ICMPv6 keep the identifier and answer a request's type with the reply's.
 */
public final class TupleInverse {
    private static final int NONE = -1;

    private TupleInverse() {}

    /**
     * Writes the inverse of {@code tuple}, which must be another object, to {@code inverse}.
     *
     * @return false, with {@code inverse} cleared, when the ICMP type has no inverse: the kernel does not track it by itself
     */
    public static boolean invert(FlowTuple tuple, FlowTuple inverse) {
        inverse.clear();
        int sourcePort = tuple.destinationPort;
        int destinationPort = tuple.sourcePort;
        if (IpProtocol.isIcmp(tuple.protocol)) {
            int type = inverseType(tuple.protocol, tuple.destinationPort >>> 8);
            if (type == NONE) {
                return false;
            }
            sourcePort = tuple.sourcePort;
            destinationPort = type << 8 | (tuple.destinationPort & 0xff);
        }
        inverse.family = tuple.family;
        inverse.sourceHigh = tuple.destinationHigh;
        inverse.sourceLow = tuple.destinationLow;
        inverse.destinationHigh = tuple.sourceHigh;
        inverse.destinationLow = tuple.sourceLow;
        inverse.protocol = tuple.protocol;
        inverse.sourcePort = sourcePort;
        inverse.destinationPort = destinationPort;
        return true;
    }

    private static int inverseType(int protocol, int type) {
        return protocol == IpProtocol.ICMP ? inverseIcmp(type) : inverseIcmpv6(type);
    }

    /** invmap of net/netfilter/nf_conntrack_proto_icmp.c: echo, timestamp, information, address mask. */
    private static int inverseIcmp(int type) {
        return switch (type) {
            case 0 -> 8;
            case 8 -> 0;
            case 13 -> 14;
            case 14 -> 13;
            case 15 -> 16;
            case 16 -> 15;
            case 17 -> 18;
            case 18 -> 17;
            default -> NONE;
        };
    }

    /** invmap of net/netfilter/nf_conntrack_proto_icmpv6.c: echo, and node information (RFC 4620). */
    private static int inverseIcmpv6(int type) {
        return switch (type) {
            case 128 -> 129;
            case 129 -> 128;
            case 139 -> 140;
            case 140 -> 139;
            default -> NONE;
        };
    }
}
