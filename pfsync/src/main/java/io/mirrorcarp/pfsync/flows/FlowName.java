// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.flows;

import io.mirrorcarp.pfsync.message.FlowTuple;
import io.mirrorcarp.pfsync.message.StateRecord;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Names a flow to people: its original direction. Immutable, for any thread.
 *
 * @param protocol IP protocol number
 * @param source address in text
 * @param sourcePort 0 to 65535; the identifier of ICMP and ICMPv6
 * @param destination address in text
 * @param destinationPort 0 to 65535; {@code type << 8 | code} of ICMP and ICMPv6
 * @param zone conntrack zone
 */
public record FlowName(int protocol, String source, int sourcePort, String destination, int destinationPort, int zone) {
    /** The name of a state. */
    public static FlowName of(StateRecord state) {
        FlowTuple tuple = state.original;
        boolean ipv6 = tuple.family == FlowTuple.FAMILY_IPV6;
        return new FlowName(
                tuple.protocol,
                text(tuple.sourceHigh, tuple.sourceLow, ipv6),
                tuple.sourcePort,
                text(tuple.destinationHigh, tuple.destinationLow, ipv6),
                tuple.destinationPort,
                state.zone);
    }

    private static String text(long high, long low, boolean ipv6) {
        byte[] bytes = ipv6
                ? ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array()
                : ByteBuffer.allocate(Integer.BYTES).putInt((int) low).array();
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
