// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.entry;

import io.mirrorcarp.pfsync.message.FlowTuple;

/** 64 bits that stand for a flow in a set: its original tuple and zone, mixed. Not keyed: not for tables that a peer could fill. */
public final class FlowHash {
    private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;

    private FlowHash() {}

    /** The hash of a flow. */
    public static long of(FlowTuple original, int zone) {
        long hash = mix(original.family | (long) original.protocol << 8 | (long) zone << 16, original.sourceHigh);
        hash = mix(hash, original.sourceLow);
        hash = mix(hash, original.destinationHigh);
        hash = mix(hash, original.destinationLow);
        return mix(hash, (long) original.sourcePort << 16 | original.destinationPort);
    }

    private static long mix(long hash, long value) {
        long mixed = (hash ^ value) * MULTIPLIER;
        mixed ^= mixed >>> 32;
        return mixed * MULTIPLIER;
    }
}
