// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.carp.auth.ExpectedCounters;
import io.mirrorcarp.netio.BpfProgram;
import java.util.List;

/** The programs that choose the frames of a carpdev which the election's socket gets: untagged ones, with advertisements, and ARP requests where these are wanted. */
final class AdvertFilters {
    private static final int PROTOCOL = 112;
    private static final int ETHER_TYPE = 12;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int ARP = 0x0806;
    private static final int PROTOCOL_IPV4 = 14 + 9;
    private static final int PROTOCOL_IPV6 = 14 + 6;
    private static final int ARP_OPERATION = 14 + 6;
    private static final int COUNTER_IPV4 = 14 + 20 + 8;
    private static final int COUNTER_IPV6 = 14 + 40 + 8;
    private static final double LARGEST = 0xffff_ffffL;

    private AdvertFilters() {}

    /** All advertisements. */
    static BpfProgram all(boolean arpRequests) {
        BpfProgram.Builder program = new BpfProgram.Builder();
        if (!arpRequests) {
            return program.loadVlanTagPresent()
                    .jumpEqual(0, 0, 8)
                    .acceptProtocol(PROTOCOL)
                    .build();
        }
        return program.loadVlanTagPresent()
                .jumpEqual(0, 0, 11)
                .loadHalf(ETHER_TYPE)
                .jumpEqual(ARP, 0, 2)
                .loadHalf(ARP_OPERATION)
                .jumpEqual(1, 6, 7)
                .jumpEqual(IPV4, 0, 2)
                .loadByte(PROTOCOL_IPV4)
                .jumpEqual(PROTOCOL, 3, 4)
                .jumpEqual(IPV6, 0, 3)
                .loadByte(PROTOCOL_IPV6)
                .jumpEqual(PROTOCOL, 0, 1)
                .accept()
                .drop()
                .build();
    }

    /**
     * Advertisements whose counter is expected, and of the others a share, drawn by lot. The counter is looked for where it is without IPv4 options, which no system sends; what is too short to have one is dropped.
     *
     * @param share more than 0, at most 1
     */
    static BpfProgram sieve(ExpectedCounters expected, double share, boolean arpRequests) {
        List<ExpectedCounters.Range> ranges = expected.ranges();
        int test = arpRequests ? 15 : 12;
        int accept = test + 2 * ranges.size() + 2;
        int drop = accept + 1;
        Jumps at = new Jumps();
        at.load(program -> program.loadVlanTagPresent());
        at.jumpEqual(0, at.next(), drop);
        at.load(program -> program.loadHalf(ETHER_TYPE));
        if (arpRequests) {
            at.jumpEqual(ARP, at.next(), at.next() + 2);
            at.load(program -> program.loadHalf(ARP_OPERATION));
            at.jumpEqual(1, accept, drop);
        }
        at.jumpEqual(IPV4, at.next(), at.next() + 4);
        at.load(program -> program.loadByte(PROTOCOL_IPV4));
        at.jumpEqual(PROTOCOL, at.next(), drop);
        at.load(program -> program.loadWord(COUNTER_IPV4));
        at.jump(test);
        at.jumpEqual(IPV6, at.next(), drop);
        at.load(program -> program.loadByte(PROTOCOL_IPV6));
        at.jumpEqual(PROTOCOL, at.next(), drop);
        at.load(program -> program.loadWord(COUNTER_IPV6));
        for (ExpectedCounters.Range range : ranges) {
            at.jumpAtLeast(range.first(), at.next(), at.next() + 1);
            at.jumpAbove(range.last(), at.next(), accept);
        }
        at.load(program -> program.loadRandom());
        at.jumpAbove((int) (long) (share * LARGEST), drop, accept);
        return at.program.accept().drop().build();
    }

    /** Writes instructions whose targets are the numbers of instructions. */
    private static final class Jumps {
        private interface Load {
            BpfProgram.Builder into(BpfProgram.Builder program);
        }

        private final BpfProgram.Builder program = new BpfProgram.Builder();
        private int written;

        /** The number of the instruction behind the one that is written next. */
        int next() {
            return written + 1;
        }

        void load(Load what) {
            what.into(program);
            written++;
        }

        void jump(int target) {
            program.jump(target - next());
            written++;
        }

        void jumpEqual(int operand, int whenTrue, int whenFalse) {
            program.jumpEqual(operand, whenTrue - next(), whenFalse - next());
            written++;
        }

        void jumpAtLeast(int operand, int whenTrue, int whenFalse) {
            program.jumpAtLeast(operand, whenTrue - next(), whenFalse - next());
            written++;
        }

        void jumpAbove(int operand, int whenTrue, int whenFalse) {
            program.jumpAbove(operand, whenTrue - next(), whenFalse - next());
            written++;
        }
    }
}
