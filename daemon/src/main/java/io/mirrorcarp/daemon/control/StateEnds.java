// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.FlowFilter;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.pfsync.message.FlowTuple;
import org.jspecify.annotations.Nullable;

/**
 * Finds states by an address or a port of any of their ends, as they are before or behind a translation.
 *
 * @param address null for any
 * @param port 0 to 65535, or {@link FlowFilter#ANY}
 */
record StateEnds(@Nullable AddressPrefix address, int port) {
    static final StateEnds ANY = new StateEnds(null, FlowFilter.ANY);

    boolean match(ConntrackEntry entry) {
        return (address == null || hasAddress(entry.original) || hasAddress(entry.reply))
                && (port == FlowFilter.ANY || hasPort(entry.original) || hasPort(entry.reply));
    }

    private boolean hasAddress(FlowTuple tuple) {
        return address != null
                && (address.contains(tuple.family, tuple.sourceHigh, tuple.sourceLow)
                        || address.contains(tuple.family, tuple.destinationHigh, tuple.destinationLow));
    }

    private boolean hasPort(FlowTuple tuple) {
        return IpProtocol.hasPorts(tuple.protocol) && (tuple.sourcePort == port || tuple.destinationPort == port);
    }
}
