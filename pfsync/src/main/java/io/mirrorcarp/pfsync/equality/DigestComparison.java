// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.equality;

import io.mirrorcarp.pfsync.flows.OwnerDigest;
import io.mirrorcarp.pfsync.message.BucketSet;
import io.mirrorcarp.pfsync.message.Change;

/** Compares the digests that a peer sends with those of its flows here, bucket by bucket, once or twice. */
final class DigestComparison {
    private final long[] before = new long[BucketSet.BUCKETS];
    private final long[] now = new long[BucketSet.BUCKETS];
    private boolean second;
    private int next;

    /** Forgets earlier ones. */
    void begin() {
        second = false;
        next = 0;
    }

    /** Goes on to the second comparison. */
    void again() {
        System.arraycopy(now, 0, before, 0, now.length);
        second = true;
        next = 0;
    }

    boolean isSecond() {
        return second;
    }

    /** Takes the next digests; true when they were the last. */
    boolean add(Change digests, OwnerDigest own) {
        if (digests.firstBucket == 0) {
            next = 0;
        }
        if (digests.firstBucket != next) {
            return false;
        }
        for (int i = 0; i < digests.digestCount; i++, next++) {
            now[next] = digests.digests[i] - own.bucket(next);
        }
        return next == BucketSet.BUCKETS;
    }

    boolean isEqual() {
        for (long difference : now) {
            if (difference != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether no bucket showed the same difference twice. */
    boolean isInMotion() {
        for (int bucket = 0; bucket < now.length; bucket++) {
            if (isSteady(bucket)) {
                return false;
            }
        }
        return true;
    }

    private boolean isSteady(int bucket) {
        return now[bucket] != 0 && now[bucket] == before[bucket];
    }

    /** Adds the buckets that showed the same difference twice or, when there is none, all that show one. */
    void addDifferences(BucketSet differing) {
        boolean motion = isInMotion();
        for (int bucket = 0; bucket < now.length; bucket++) {
            if (motion ? now[bucket] != 0 : isSteady(bucket)) {
                differing.add(bucket);
            }
        }
    }
}
