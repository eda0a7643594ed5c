// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.flows;

import io.mirrorcarp.pfsync.message.BucketSet;
import java.util.Arrays;

/**
 * Stands for the flows of one owner: a sum for each bucket. A sum, so that a flow that comes, goes or changes costs one addition, and so that the
 * difference of two digests stays the same for as long as the same flows differ, whatever else comes and goes on both sides.
 */
public final class OwnerDigest {
    private final long[] buckets = new long[BucketSet.BUCKETS];
    private long total;

    public void add(int bucket, long digest) {
        buckets[bucket] += digest;
        total += digest;
    }

    public void subtract(int bucket, long digest) {
        add(bucket, -digest);
    }

    public void addAll(OwnerDigest other) {
        for (int bucket = 0; bucket < buckets.length; bucket++) {
            add(bucket, other.buckets[bucket]);
        }
    }

    public void clear() {
        Arrays.fill(buckets, 0);
        total = 0;
    }

    public long bucket(int bucket) {
        return buckets[bucket];
    }

    /** Over all buckets. */
    public long total() {
        return total;
    }

    /** Copies {@code count} buckets from {@code first} on. */
    public void copyTo(long[] target, int first, int count) {
        System.arraycopy(buckets, first, target, 0, count);
    }
}
