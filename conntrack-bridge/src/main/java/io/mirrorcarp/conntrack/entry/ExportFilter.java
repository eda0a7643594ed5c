// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.entry;

import static io.mirrorcarp.pfsync.message.FlowTuple.FAMILY_IPV4;
import static io.mirrorcarp.pfsync.message.FlowTuple.FAMILY_IPV6;

import io.mirrorcarp.pfsync.message.FlowTuple;
import java.util.Collection;
import java.util.List;

/**
 * Which flows peers are told of. Never those that another node cannot carry on: loopback, link-local multicast, IPv6 link-local
 * addresses, CARP and the replication itself. Besides these, only the protocols that were chosen, and no flow that has one of
 * its two real ends in a block to ignore: the client's address and that of the server which answers it. The addresses
 * that NAT puts between them do not count.
 */
public final class ExportFilter {
    private static final List<AddressPrefix> ALWAYS = List.of(
            new AddressPrefix(FAMILY_IPV4, 0, 0x7f00_0000L, 8),
            new AddressPrefix(FAMILY_IPV4, 0, 0xe000_0000L, 24),
            new AddressPrefix(FAMILY_IPV4, 0, 0xffff_ffffL, 32),
            new AddressPrefix(FAMILY_IPV6, 0, 1, 128),
            new AddressPrefix(FAMILY_IPV6, 0xfe80L << 48, 0, 10),
            new AddressPrefix(FAMILY_IPV6, 0xff01L << 48, 0, 16),
            new AddressPrefix(FAMILY_IPV6, 0xff02L << 48, 0, 16));

    private final boolean[] protocols = new boolean[256];
    private final AddressPrefix[] ignored;

    /**
     * A filter that lets pass what it is not told to leave out.
     *
     * @param protocols numbers, 0 to 255; CARP and pfsync stay out even when named
     * @param ignored blocks to ignore beside those that always are
     */
    public ExportFilter(Collection<Integer> protocols, Collection<AddressPrefix> ignored) {
        for (int protocol : protocols) {
            this.protocols[protocol] = true;
        }
        this.protocols[IpProtocol.CARP] = false;
        this.protocols[IpProtocol.PFSYNC] = false;
        this.ignored = new AddressPrefix[ALWAYS.size() + ignored.size()];
        int count = 0;
        for (AddressPrefix prefix : ALWAYS) {
            this.ignored[count++] = prefix;
        }
        for (AddressPrefix prefix : ignored) {
            this.ignored[count++] = prefix;
        }
    }

    /** Whether peers are to be told of this flow. */
    public boolean accepts(ConntrackEntry entry) {
        FlowTuple original = entry.original;
        FlowTuple reply = entry.reply;
        if (!protocols[original.protocol & 0xff]) {
            return false;
        }
        for (AddressPrefix prefix : ignored) {
            if (prefix.contains(original.family, original.sourceHigh, original.sourceLow)
                    || prefix.contains(reply.family, reply.sourceHigh, reply.sourceLow)) {
                return false;
            }
        }
        return true;
    }
}
