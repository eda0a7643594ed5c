// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import org.jspecify.annotations.Nullable;

/**
 * Reserves sequences in blocks, so that a life that ends without a word has used none that the next one uses. A block is written while half of the one before is left, and nothing waits for
 * the disk. Blocks grow until one lasts for half a minute. Not thread-safe.
 */
final class SequenceReserve {
    static final long LEAST_BLOCK = 64;
    private static final long MOST_BLOCK = 1 << 15;
    private static final long LASTS_NANOS = 30_000_000_000L;

    private long block = LEAST_BLOCK;
    private long reserved;
    private long reservedAtNanos;
    private boolean begun;

    SequenceReserve(SequenceMark before) {
        reserved = before.reserved();
    }

    /**
     * A new mark when less than half a block is left; else null.
     *
     * @param most the next own sequence is above it
     * @param heard the highest that was heard in this life, or before
     */
    @Nullable
    SequenceMark next(long most, long heard, long nowNanos) {
        if (most + block / 2 < reserved) {
            return null;
        }
        if (begun && nowNanos - reservedAtNanos < LASTS_NANOS) {
            block = Math.min(MOST_BLOCK, 2 * block);
        }
        begun = true;
        reservedAtNanos = nowNanos;
        reserved = Math.min(ProvenCounter.LAST_SEQUENCE, most + block);
        return new SequenceMark(reserved, heard);
    }
}
