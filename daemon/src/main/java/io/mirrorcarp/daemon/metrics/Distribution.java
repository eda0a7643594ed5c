// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.metrics;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/** A histogram of times, as counts below fixed bounds. Any thread may add and read. Adding allocates nothing and waits for nobody. */
public final class Distribution {
    private static final double NANOS_PER_SECOND = 1e9;

    private final long[] boundsNanos;
    private final AtomicLongArray counts;

    /** The sum, behind the counts: one array is one object. */
    private final int sum;

    private Distribution(long... boundsNanos) {
        this.boundsNanos = boundsNanos.clone();
        sum = boundsNanos.length + 1;
        counts = new AtomicLongArray(boundsNanos.length + 2);
    }

    /** Of times that are short: bounds from 100 us to 1 s. */
    public static Distribution ofDelays() {
        return new Distribution(
                micros(100),
                micros(250),
                micros(500),
                micros(1_000),
                micros(2_500),
                micros(5_000),
                micros(10_000),
                micros(25_000),
                micros(50_000),
                micros(100_000),
                micros(250_000),
                micros(1_000_000));
    }

    /** Of times that are felt: bounds from 10 ms to 60 s. */
    public static Distribution ofWaits() {
        return new Distribution(
                micros(10_000),
                micros(25_000),
                micros(50_000),
                micros(100_000),
                micros(250_000),
                micros(500_000),
                micros(1_000_000),
                micros(2_500_000),
                micros(5_000_000),
                micros(10_000_000),
                micros(60_000_000));
    }

    private static long micros(long micros) {
        return TimeUnit.MICROSECONDS.toNanos(micros);
    }

    /** Adds one; one below 0 counts as 0. */
    public void add(long nanos) {
        long counted = Math.max(0, nanos);
        int bucket = 0;
        while (bucket < boundsNanos.length && counted > boundsNanos[bucket]) {
            bucket++;
        }
        counts.incrementAndGet(bucket);
        counts.addAndGet(sum, counted);
    }

    /** The upper bounds in seconds, the last of them infinite. */
    double[] boundsSeconds() {
        double[] bounds = new double[boundsNanos.length + 1];
        for (int i = 0; i < boundsNanos.length; i++) {
            bounds[i] = boundsNanos[i] / NANOS_PER_SECOND;
        }
        bounds[boundsNanos.length] = Double.POSITIVE_INFINITY;
        return bounds;
    }

    /** How many were within each bound and not within the one before. */
    long[] counts() {
        long[] read = new long[boundsNanos.length + 1];
        for (int i = 0; i < read.length; i++) {
            read[i] = counts.get(i);
        }
        return read;
    }

    double sumSeconds() {
        return counts.get(sum) / NANOS_PER_SECOND;
    }
}
