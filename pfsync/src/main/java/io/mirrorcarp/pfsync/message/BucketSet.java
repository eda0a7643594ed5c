// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

import java.util.Arrays;

/**
 * Some of the buckets that flows are divided into for their digests. On the wire a set is {@value #BYTES} bytes, bucket i at bit {@code i % 8} of
 * byte {@code i / 8}; one that is absent holds all.
 */
public final class BucketSet {
    /** How many buckets there are. */
    public static final int BUCKETS = 256;
    /** Length of a set on the wire. */
    public static final int BYTES = BUCKETS / Byte.SIZE;

    private final long[] words = new long[BUCKETS / Long.SIZE];

    /** All of them. */
    public BucketSet() {
        fill();
    }

    /** Takes every bucket. */
    public void fill() {
        Arrays.fill(words, -1);
    }

    /** Takes none. */
    public void clear() {
        Arrays.fill(words, 0);
    }

    /** Takes one more, 0 to {@link #BUCKETS} - 1. */
    public void add(int bucket) {
        words[bucket / Long.SIZE] |= 1L << bucket;
    }

    /** Gives one up. */
    public void remove(int bucket) {
        words[bucket / Long.SIZE] &= ~(1L << bucket);
    }

    /** Gives up those of another. */
    public void removeAll(BucketSet other) {
        for (int i = 0; i < words.length; i++) {
            words[i] &= ~other.words[i];
        }
    }

    /** Gives up all that another does not have. */
    public void retainAll(BucketSet other) {
        for (int i = 0; i < words.length; i++) {
            words[i] &= other.words[i];
        }
    }

    /** Takes those of another as well. */
    public void addAll(BucketSet other) {
        for (int i = 0; i < words.length; i++) {
            words[i] |= other.words[i];
        }
    }

    /** Takes exactly those of another. */
    public void copyFrom(BucketSet other) {
        System.arraycopy(other.words, 0, words, 0, words.length);
    }

    /** Whether a bucket is in it. */
    public boolean has(int bucket) {
        return (words[bucket / Long.SIZE] & 1L << bucket) != 0;
    }

    public boolean isFull() {
        return size() == BUCKETS;
    }

    public boolean isEmpty() {
        return size() == 0;
    }

    /** How many buckets are in it. */
    public int size() {
        int size = 0;
        for (long word : words) {
            size += Long.bitCount(word);
        }
        return size;
    }

    @Override
    public String toString() {
        return Arrays.toString(words);
    }

    void write(WireWriter writer, int field) {
        if (!isFull()) {
            writer.longsField(field, words, words.length);
        }
    }

    /** False when the field has another length. */
    boolean read(WireReader reader) {
        int length = reader.length();
        if (length != BYTES) {
            reader.advance(length);
            return false;
        }
        for (int i = 0; i < words.length; i++) {
            words[i] = reader.rawFixed64();
        }
        return !reader.failed();
    }
}
