// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.flows;

import io.mirrorcarp.pfsync.message.BucketSet;
import io.mirrorcarp.pfsync.message.ChangeEncoder;
import io.mirrorcarp.pfsync.message.FlowTuple;
import io.mirrorcarp.pfsync.message.StateRecord;

/**
 * 64 bits that stand for a flow and its content, the same on every node: all that a change carries, but for the timeout, which passes. The key
 * alone selects the bucket. docs/protocol.md has the computation; two nodes agree only as far as they keep to it.
 */
public final class FlowFingerprint {
    private static final int BUCKET_SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(BucketSet.BUCKETS);

    private FlowFingerprint() {}

    /** Of the key: tuple and zone. */
    public static long ofKey(StateRecord state) {
        FlowTuple tuple = state.original;
        boolean ipv6 = tuple.family == FlowTuple.FAMILY_IPV6;
        long hash = mix((long) state.zone << 16 | (long) tuple.protocol << 8 | tuple.family);
        if (ipv6) {
            hash = mix(mix(hash ^ tuple.sourceHigh) ^ tuple.destinationHigh);
        }
        hash = mix(mix(hash ^ tuple.sourceLow) ^ tuple.destinationLow);
        return mix(hash ^ ((long) tuple.sourcePort << 16 | tuple.destinationPort));
    }

    /** Which bucket a flow belongs to. */
    public static int bucket(StateRecord state) {
        return bucketOf(ofKey(state));
    }

    /** Which bucket a flow with this {@link #ofKey} belongs to. */
    public static int bucketOf(long key) {
        return (int) (key >>> BUCKET_SHIFT);
    }

    /** Of what the local kernel has as it was told: status, mark, the state of the protocol, and the translation, which no update can change. */
    public static int detail(StateRecord state) {
        int status = state.status & ChangeEncoder.STATUS_MASK;
        long hash = mix(Integer.toUnsignedLong(state.mark) << 16 | (long) state.protocolState << 8 | status);
        return (int) translation(hash, state, status);
    }

    /** Of the key and the content. */
    public static long of(StateRecord state) {
        return of(ofKey(state), state);
    }

    /** The same where {@link #ofKey} is known. */
    public static long of(long key, StateRecord state) {
        int status = state.status & ChangeEncoder.STATUS_MASK;
        long hash = mix(key
                ^ (Integer.toUnsignedLong(state.mark) << 32 | (long) ChangeEncoder.protocolInfo(state) << 8 | status));
        hash = translation(hash, state, status);
        if ((state.sctpTagOriginal | state.sctpTagReply) != 0) {
            hash = mix(hash
                    ^ (Integer.toUnsignedLong(state.sctpTagOriginal) << 32
                            | Integer.toUnsignedLong(state.sctpTagReply)));
        }
        return hash;
    }

    private static long translation(long before, StateRecord state, int status) {
        boolean ipv6 = state.original.family == FlowTuple.FAMILY_IPV6;
        long hash = before;
        if ((status & StateRecord.STATUS_SOURCE_NAT) != 0) {
            hash = address(hash, state.snatHigh, state.snatLow, state.snatPort, ipv6);
        }
        if ((status & StateRecord.STATUS_DESTINATION_NAT) != 0) {
            hash = address(hash, state.dnatHigh, state.dnatLow, state.dnatPort, ipv6);
        }
        return hash;
    }

    private static long address(long hash, long high, long low, int port, boolean ipv6) {
        return mix(mix(ipv6 ? mix(hash ^ high) ^ low : hash ^ low) ^ port);
    }

    /** What a flow adds to the digest of its owner, when its content is of this version. */
    public static long digest(long fingerprint, int version) {
        return mix(fingerprint + Integer.toUnsignedLong(version));
    }

    /** The finalizer of SplitMix64, after an odd constant that keeps 0 from staying 0. */
    private static long mix(long value) {
        long z = value + 0x9e37_79b9_7f4a_7c15L;
        z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return z ^ z >>> 31;
    }
}
