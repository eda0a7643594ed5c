// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

/**
 * One direction of a flow: addresses, protocol and ports. A plain carrier, reused from flow to flow on one event
 * loop and never shared between loops, so that the hot path allocates nothing.
 *
 * <p>An IPv4 address stands in the low 32 bits of its {@code Low} field, zero-extended, and its {@code High} field is 0.
 * For ICMP and ICMPv6 {@link #sourcePort} is the identifier and {@link #destinationPort} is {@code type << 8 | code}. For
 * protocols without ports both are 0.
 */
public final class FlowTuple {
    /** Linux AF_INET. */
    public static final int FAMILY_IPV4 = 2;
    /** Linux AF_INET6. */
    public static final int FAMILY_IPV6 = 10;

    /** {@link #FAMILY_IPV4} or {@link #FAMILY_IPV6}. */
    public int family;

    public long sourceHigh;
    public long sourceLow;
    public long destinationHigh;
    public long destinationLow;

    /** IP protocol number, 0 to 255. */
    public int protocol;

    /** 0 to 65535; the identifier of ICMP and ICMPv6. */
    public int sourcePort;

    /** 0 to 65535; {@code type << 8 | code} of ICMP and ICMPv6. */
    public int destinationPort;

    /** Sets every field to 0. */
    public void clear() {
        family = 0;
        sourceHigh = 0;
        sourceLow = 0;
        destinationHigh = 0;
        destinationLow = 0;
        protocol = 0;
        sourcePort = 0;
        destinationPort = 0;
    }

    /** Takes every field of {@code other}. */
    public void copyFrom(FlowTuple other) {
        family = other.family;
        sourceHigh = other.sourceHigh;
        sourceLow = other.sourceLow;
        destinationHigh = other.destinationHigh;
        destinationLow = other.destinationLow;
        protocol = other.protocol;
        sourcePort = other.sourcePort;
        destinationPort = other.destinationPort;
    }

    /** Whether every field is equal; not {@code equals}, since a mutable carrier is no key of a map. */
    public boolean sameAs(FlowTuple other) {
        return family == other.family
                && sourceHigh == other.sourceHigh
                && sourceLow == other.sourceLow
                && destinationHigh == other.destinationHigh
                && destinationLow == other.destinationLow
                && protocol == other.protocol
                && sourcePort == other.sourcePort
                && destinationPort == other.destinationPort;
    }
}
