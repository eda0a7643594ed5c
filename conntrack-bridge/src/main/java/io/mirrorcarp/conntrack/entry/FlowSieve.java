// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.entry;

import static io.mirrorcarp.pfsync.message.FlowTuple.FAMILY_IPV4;
import static io.mirrorcarp.pfsync.message.FlowTuple.FAMILY_IPV6;

import io.mirrorcarp.address.AddressPrefix;
import java.util.BitSet;

/**
 * A {@link FlowChoice} in the form in which every event is looked at; it allocates nothing. Whatever is chosen, flows are left out that another node cannot carry
 * on: loopback, link-local multicast, IPv6 link-local addresses, CARP and the replication itself.
 */
public final class FlowSieve {
    private static final AddressPrefix[] NEVER = {
        new AddressPrefix(FAMILY_IPV4, 0, 0x7f00_0000L, 8),
        new AddressPrefix(FAMILY_IPV4, 0, 0xe000_0000L, 24),
        new AddressPrefix(FAMILY_IPV4, 0, 0xffff_ffffL, 32),
        new AddressPrefix(FAMILY_IPV6, 0, 1, 128),
        new AddressPrefix(FAMILY_IPV6, 0xfe80L << 48, 0, 10),
        new AddressPrefix(FAMILY_IPV6, 0xff01L << 48, 0, 16),
        new AddressPrefix(FAMILY_IPV6, 0xff02L << 48, 0, 16)
    };

    private static final int PROTOCOLS = 256;

    private final boolean[] protocols = new boolean[PROTOCOLS];
    private final AddressPrefix[] addresses;
    private final AddressPrefix[] ignoredAddresses;
    private final BitSet zones;
    private final BitSet ignoredZones;
    private final FlowMark[] marks;
    private final FlowMark[] ignoredMarks;
    private final BitSet tcpStates;

    /** The sieve of a choice. */
    public FlowSieve(FlowChoice choice) {
        for (int protocol = 0; protocol < PROTOCOLS; protocol++) {
            protocols[protocol] =
                    choice.protocols().isEmpty() || choice.protocols().contains(protocol);
        }
        addresses = choice.addresses().toArray(AddressPrefix[]::new);
        ignoredAddresses = choice.ignoredAddresses().toArray(AddressPrefix[]::new);
        zones = bits(choice.zones());
        ignoredZones = bits(choice.ignoredZones());
        marks = choice.marks().toArray(FlowMark[]::new);
        ignoredMarks = choice.ignoredMarks().toArray(FlowMark[]::new);
        tcpStates = bits(choice.tcpStates());
    }

    private static BitSet bits(Iterable<Integer> numbers) {
        BitSet bits = new BitSet();
        numbers.forEach(bits::set);
        return bits;
    }

    /** Whether another node could carry the flow on. */
    public static boolean isPossible(ConntrackEntry entry) {
        int protocol = entry.original.protocol;
        return protocol != IpProtocol.CARP && protocol != IpProtocol.PFSYNC && !FlowChoice.hasEndIn(NEVER, entry);
    }

    /** Whether the flow is {@link #isPossible possible} and chosen, as the entry shows it now. */
    public boolean takes(ConntrackEntry entry) {
        return protocols[entry.original.protocol & 0xff]
                && (zones.isEmpty() || zones.get(entry.zone))
                && !ignoredZones.get(entry.zone)
                && (marks.length == 0 || matchesAny(marks, entry.mark))
                && !matchesAny(ignoredMarks, entry.mark)
                && isInState(entry)
                && (addresses.length == 0 || FlowChoice.hasEndIn(addresses, entry))
                && !FlowChoice.hasEndIn(ignoredAddresses, entry)
                && isPossible(entry);
    }

    private boolean isInState(ConntrackEntry entry) {
        return tcpStates.isEmpty() || entry.original.protocol != IpProtocol.TCP || tcpStates.get(entry.protocolState);
    }

    private static boolean matchesAny(FlowMark[] marks, int mark) {
        for (FlowMark wanted : marks) {
            if (wanted.matches(mark)) {
                return true;
            }
        }
        return false;
    }
}
