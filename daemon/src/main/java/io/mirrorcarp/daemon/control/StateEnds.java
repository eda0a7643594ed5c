// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import static io.mirrorcarp.daemon.control.Words.usage;

import io.mirrorcarp.conntrack.entry.AddressPrefix;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.daemon.config.AddressText;
import io.mirrorcarp.pfsync.message.FlowTuple;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Finds states by an address or a port of any of their ends, as they are before or behind a translation.
 *
 * @param address null for any
 * @param port 0 to 65535, or -1 for any
 */
record StateEnds(@Nullable AddressPrefix address, int port) {
    private static final int ANY = -1;
    private static final int LARGEST_PORT = 65_535;

    /**
     * Reads both; an empty text stands for any.
     *
     * @param address an address or a prefix
     */
    static StateEnds of(String address, String port) throws CommandFailure {
        return new StateEnds(
                address.isEmpty() ? null : prefix(address),
                port.isEmpty() ? ANY : Words.integer("port", port, 0, LARGEST_PORT));
    }

    private static AddressPrefix prefix(String text) throws CommandFailure {
        String[] parts = text.split("/", 2);
        InetAddress host = AddressText.parse(parts[0])
                .orElseThrow(() -> usage(
                        "address must be an address or a prefix, such as 10.0.0.7 or 2001:db8::/32, not " + text));
        int bits = host.getAddress().length * Byte.SIZE;
        return AddressPrefix.of(
                host, parts.length == 1 ? bits : Words.integer("address: the length", parts[1], 0, bits));
    }

    boolean match(ConntrackEntry entry) {
        return (address == null || hasAddress(entry.original) || hasAddress(entry.reply))
                && (port == ANY || hasPort(entry.original) || hasPort(entry.reply));
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
