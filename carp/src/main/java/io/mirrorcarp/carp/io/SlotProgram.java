// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.carp.packet.IpBalancing;
import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.route.IngressFilters;

/**
 * The program that keeps of the frames to a balanced MAC those whose slot this node is master of: {@link IpBalancing#slotOf(java.net.InetAddress, java.net.InetAddress)} in
 * classic BPF. What is to another MAC passes, and so do ARP, neighbour discovery, IPv4 multicast that happens to have the same MAC, and frames with a VLAN tag.
 */
final class SlotProgram {
    private static final int ETHER_TYPE = 12;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int IPV4_SOURCE = 14 + 12;
    private static final int IPV4_DESTINATION = 14 + 16;
    private static final int FIRST_MULTICAST = 224;
    private static final int IPV6_NEXT_HEADER = 14 + 6;
    private static final int IPV6_ADDRESSES = 14 + 8;
    private static final int IPV6_ADDRESS_WORDS = 8;
    private static final int ICMPV6 = 58;
    private static final int ICMPV6_TYPE = 14 + 40;
    /** Router solicitation to redirect (RFC 4861). */
    private static final int FIRST_NEIGHBOUR_DISCOVERY = 133;

    private static final int LAST_NEIGHBOUR_DISCOVERY = 137;

    // Instructions, for the jumps over them.
    private static final int IPV4_LENGTH = 8;
    private static final int NEIGHBOUR_DISCOVERY_LENGTH = 4;
    private static final int IPV6_LENGTH = 4 + NEIGHBOUR_DISCOVERY_LENGTH + 3 * IPV6_ADDRESS_WORDS - 2;

    private SlotProgram() {}

    /** @param kept bit by bit, the slots that this node keeps */
    static BpfProgram of(IpBalancing balancing, int kept) {
        long mac = balancing.mac().bits();
        BpfProgram.Builder program = new BpfProgram.Builder();
        passUnless(program.loadVlanTagPresent(), 0);
        passUnless(program.loadWord(0), (int) (mac >>> 16));
        passUnless(program.loadHalf(4), (int) (mac & 0xffff));
        program.loadHalf(ETHER_TYPE).jumpEqual(IPV4, 0, IPV4_LENGTH);
        foldIpv4(program);
        passUnless(program, IPV6);
        foldIpv6(program);
        return program.modulo(balancing.slots())
                .copyToIndex()
                .loadConstant(1)
                .shiftLeftByIndex()
                .jumpAnyBit(kept, 1, 0)
                .answer(IngressFilters.DROP)
                .answer(IngressFilters.NEXT)
                .build();
    }

    private static void passUnless(BpfProgram.Builder program, int loaded) {
        program.jumpEqual(loaded, 1, 0).answer(IngressFilters.NEXT);
    }

    private static void foldIpv4(BpfProgram.Builder program) {
        program.loadByte(IPV4_DESTINATION)
                .jumpAtLeast(FIRST_MULTICAST, 0, 1)
                .answer(IngressFilters.NEXT)
                .loadWord(IPV4_SOURCE)
                .copyToIndex()
                .loadWord(IPV4_DESTINATION)
                .xorIndex()
                .jump(IPV6_LENGTH);
    }

    private static void foldIpv6(BpfProgram.Builder program) {
        program.loadByte(IPV6_NEXT_HEADER)
                .jumpEqual(ICMPV6, 0, NEIGHBOUR_DISCOVERY_LENGTH)
                .loadByte(ICMPV6_TYPE)
                .jumpAtLeast(FIRST_NEIGHBOUR_DISCOVERY, 0, 2)
                .jumpAbove(LAST_NEIGHBOUR_DISCOVERY, 1, 0)
                .answer(IngressFilters.NEXT)
                .loadWord(IPV6_ADDRESSES);
        for (int word = 1; word < IPV6_ADDRESS_WORDS; word++) {
            program.copyToIndex()
                    .loadWord(IPV6_ADDRESSES + word * Integer.BYTES)
                    .xorIndex();
        }
    }
}
