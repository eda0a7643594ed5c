// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.traffic;

import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalLong;

/** When the bytes of a stream came: one entry for each read, in order. Written by one thread, read by any. */
public final class Arrivals {
    private long[] nanos = new long[1024];
    private int size;
    private long bytes;

    /**
     * A time in which nothing came.
     *
     * @param startNanos the arrival before it
     * @param endNanos the arrival after it, or the end of watching
     */
    public record Gap(long startNanos, long endNanos) {
        /** Its length. */
        public long nanos() {
            return endNanos - startNanos;
        }
    }

    /** Notes the arrival of some bytes at a time of {@link System#nanoTime}. */
    public synchronized void add(long nowNanos, int count) {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * size);
        }
        nanos[size++] = nowNanos;
        bytes += count;
    }

    /** Bytes so far. */
    public synchronized long bytes() {
        return bytes;
    }

    /** How many arrivals. */
    public synchronized int size() {
        return size;
    }

    /** The last arrival. Throws when there was none. */
    public synchronized long lastNanos() {
        return nanos[Objects.checkIndex(size - 1, nanos.length)];
    }

    /** The first arrival after an instant; empty when none came. */
    public synchronized OptionalLong firstAfter(long instantNanos) {
        for (int i = 0; i < size; i++) {
            if (nanos[i] - instantNanos > 0) {
                return OptionalLong.of(nanos[i]);
            }
        }
        return OptionalLong.empty();
    }

    /**
     * The longest gap between two successive arrivals, or between the last one and the end of watching.
     *
     * @param endNanos when watching ended; for a stream that came whole, its last arrival
     */
    public synchronized Gap longestGap(long endNanos) {
        return size == 0 ? new Gap(endNanos, endNanos) : longestGapSince(nanos[0], endNanos);
    }

    /** The longest of the gaps that end after an instant. */
    public synchronized Gap longestGapSince(long startNanos, long endNanos) {
        if (size == 0) {
            return new Gap(startNanos, endNanos);
        }
        Gap longest = new Gap(nanos[size - 1], endNanos);
        for (int i = 1; i < size; i++) {
            if (nanos[i] - startNanos > 0 && nanos[i] - nanos[i - 1] > longest.nanos()) {
                longest = new Gap(nanos[i - 1], nanos[i]);
            }
        }
        return longest;
    }
}
