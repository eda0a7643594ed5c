// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.entry;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.pfsync.message.FlowTuple;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Which flows are wanted, by what can be seen of an entry. A collection that is empty leaves nothing out. The ends of a flow are its two real ones: the client's
 * address and that of the server which answers it. The addresses that NAT puts between them do not count.
 *
 * @param protocols numbers, 0 to 255, of which a flow must have one
 * @param addresses blocks, in one of which an end must be
 * @param ignoredAddresses blocks in which no end may be
 * @param zones of which a flow must have one; one with a zone of one direction only is in zone 0
 * @param ignoredZones of which it may have none
 * @param marks of which one must match
 * @param ignoredMarks of which none may match
 * @param tcpStates {@link TcpConntrack} states, of which a TCP flow must have one
 */
public record FlowChoice(
        Set<Integer> protocols,
        List<AddressPrefix> addresses,
        List<AddressPrefix> ignoredAddresses,
        Set<Integer> zones,
        Set<Integer> ignoredZones,
        List<FlowMark> marks,
        List<FlowMark> ignoredMarks,
        Set<Integer> tcpStates) {
    /** Every flow. */
    public static final FlowChoice ALL =
            new FlowChoice(Set.of(), List.of(), List.of(), Set.of(), Set.of(), List.of(), List.of(), Set.of());

    public FlowChoice {
        protocols = Set.copyOf(protocols);
        addresses = List.copyOf(addresses);
        ignoredAddresses = List.copyOf(ignoredAddresses);
        zones = Set.copyOf(zones);
        ignoredZones = Set.copyOf(ignoredZones);
        marks = List.copyOf(marks);
        ignoredMarks = List.copyOf(ignoredMarks);
        tcpStates = Set.copyOf(tcpStates);
    }

    /** Flows of these protocols with no end in these blocks. */
    public static FlowChoice of(Collection<Integer> protocols, Collection<AddressPrefix> ignoredAddresses) {
        return new FlowChoice(
                Set.copyOf(protocols),
                List.of(),
                List.copyOf(ignoredAddresses),
                Set.of(),
                Set.of(),
                List.of(),
                List.of(),
                Set.of());
    }

    static boolean hasEndIn(AddressPrefix[] blocks, ConntrackEntry entry) {
        FlowTuple original = entry.original;
        FlowTuple reply = entry.reply;
        for (AddressPrefix block : blocks) {
            if (block.contains(original.family, original.sourceHigh, original.sourceLow)
                    || block.contains(reply.family, reply.sourceHigh, reply.sourceLow)) {
                return true;
            }
        }
        return false;
    }
}
