// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.message.FlowTuple;
import io.mirrorcarp.pfsync.message.StateRecord;

/** The key of a flow, as a value. */
public record FlowKey(long source, long destination, int protocol, int sourcePort, int destinationPort, int zone) {
    /** The key of a state. */
    public static FlowKey of(StateRecord state) {
        FlowTuple tuple = state.original;
        return new FlowKey(
                tuple.sourceLow,
                tuple.destinationLow,
                tuple.protocol,
                tuple.sourcePort,
                tuple.destinationPort,
                state.zone);
    }

    /** The {@code number}-th flow of a test. */
    public static FlowKey number(int number) {
        return new FlowKey(0x0a000000L + number, 0xc0000201L, number % 3 == 0 ? 17 : 6, 1024 + number % 50_000, 443, 0);
    }

    /** Makes a state of the key alone. */
    public void writeTo(StateRecord state) {
        state.clear();
        FlowTuple tuple = state.original;
        tuple.family = FlowTuple.FAMILY_IPV4;
        tuple.sourceLow = source;
        tuple.destinationLow = destination;
        tuple.protocol = protocol;
        tuple.sourcePort = sourcePort;
        tuple.destinationPort = destinationPort;
        state.zone = zone;
    }
}
