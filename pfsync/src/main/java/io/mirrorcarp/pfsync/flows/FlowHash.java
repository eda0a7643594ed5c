// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.flows;

import io.mirrorcarp.pfsync.message.FlowTuple;

/**
 * 64 bits that stand for a flow: its original tuple and zone, folded by 128-bit products under a seed. Who does not know the seed
 * cannot choose flows that collide.
 */
public final class FlowHash {
    private static final long A = 0xa076_1d64_78bd_642fL;
    private static final long B = 0xe703_7ed1_a0b4_28dbL;
    private static final long C = 0x8ebc_6af0_9c88_c6e3L;
    private static final long D = 0x5899_65cc_7537_4cc3L;

    private final long seed;

    public FlowHash(long seed) {
        this.seed = fold(seed ^ A, B);
    }

    /** The hash of a flow, never to be compared with that of another seed. */
    public long of(FlowTuple tuple, int zone) {
        long rest = (long) zone << 48
                | (long) tuple.protocol << 40
                | (long) (tuple.family == FlowTuple.FAMILY_IPV6 ? 1 : 0) << 32
                | (long) tuple.sourcePort << 16
                | tuple.destinationPort;
        long hash = fold(tuple.sourceLow ^ seed ^ A, tuple.destinationLow ^ B);
        if (tuple.family == FlowTuple.FAMILY_IPV6) {
            hash = fold(tuple.sourceHigh ^ hash, tuple.destinationHigh ^ seed ^ C);
        }
        return fold(rest ^ hash, seed ^ D);
    }

    private static long fold(long a, long b) {
        return a * b ^ Math.multiplyHigh(a, b);
    }
}
