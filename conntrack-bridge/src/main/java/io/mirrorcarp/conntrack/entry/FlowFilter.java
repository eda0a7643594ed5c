// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.entry;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.pfsync.message.FlowTuple;
import org.jspecify.annotations.Nullable;

/**
 * Chooses entries by their original direction, as the options of conntrack(8) do. What is {@link #ANY}, or null, is not looked at.
 *
 * @param source where the first packet came from
 * @param destination where it went to, before translation
 * @param sourcePort 0 to 65535; only flows of protocols with ports have it
 * @param destinationPort the same
 * @param protocol IP protocol number
 * @param zone conntrack zone; an entry with a zone of one direction only is in none
 * @param mark the bits of the mark within {@code markMask}
 * @param markMask 0 for any mark
 */
public record FlowFilter(
        @Nullable AddressPrefix source,
        @Nullable AddressPrefix destination,
        int sourcePort,
        int destinationPort,
        int protocol,
        int zone,
        int mark,
        int markMask) {
    public static final int ANY = -1;

    /** Every entry. */
    public static final FlowFilter ALL = new FlowFilter(null, null, ANY, ANY, ANY, ANY, 0, 0);

    /** Whether an entry is chosen. */
    public boolean matches(ConntrackEntry entry) {
        FlowTuple tuple = entry.original;
        return is(protocol, tuple.protocol)
                && (zone == ANY || zone == entry.zone)
                && (entry.mark & markMask) == (mark & markMask)
                && isPort(sourcePort, tuple.protocol, tuple.sourcePort)
                && isPort(destinationPort, tuple.protocol, tuple.destinationPort)
                && isIn(source, tuple.family, tuple.sourceHigh, tuple.sourceLow)
                && isIn(destination, tuple.family, tuple.destinationHigh, tuple.destinationLow);
    }

    private static boolean is(int wanted, int value) {
        return wanted == ANY || wanted == value;
    }

    private static boolean isPort(int wanted, int protocol, int port) {
        return wanted == ANY || (IpProtocol.hasPorts(protocol) && wanted == port);
    }

    private static boolean isIn(@Nullable AddressPrefix prefix, int family, long high, long low) {
        return prefix == null || prefix.contains(family, high, low);
    }
}
