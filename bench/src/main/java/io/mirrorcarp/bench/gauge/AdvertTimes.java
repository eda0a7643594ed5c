// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.gauge;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Instants at which advertisements came.
 *
 * @param nanos since 1970, in order
 */
public record AdvertTimes(List<Long> nanos) {
    private static final int MAGIC_NANOS = 0xa1b23c4d;
    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final long MAXIMUM_NANOS = 600 * SECOND_NANOS;

    /** Instants that do not change any more. */
    public AdvertTimes {
        nanos = List.copyOf(nanos);
    }

    /**
     * Reads a capture file of tcpdump's in host order with nanoseconds: a header of 24 bytes, then for each packet seconds, nanoseconds, captured
     * length, length, and the bytes. What follows a record that is cut off is left out; another format is empty.
     */
    static AdvertTimes ofPcap(byte[] file) {
        List<Long> nanos = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.nativeOrder());
        if (bytes.remaining() < FILE_HEADER || bytes.getInt(0) != MAGIC_NANOS) {
            return new AdvertTimes(nanos);
        }
        int position = FILE_HEADER;
        while (position + RECORD_HEADER <= file.length) {
            int length = bytes.getInt(position + 8);
            if (length < 0 || length > file.length - position - RECORD_HEADER) {
                break;
            }
            nanos.add(Integer.toUnsignedLong(bytes.getInt(position)) * SECOND_NANOS + bytes.getInt(position + 4));
            position += RECORD_HEADER + length;
        }
        return new AdvertTimes(nanos);
    }

    /** How much later than an interval after the one before it each came, in nanoseconds; what came earlier counts as 0. */
    public Histogram lateness(long intervalNanos) {
        Histogram lateness = new Histogram(MAXIMUM_NANOS, 3);
        for (int i = 1; i < nanos.size(); i++) {
            long late = nanos.get(i) - nanos.get(i - 1) - intervalNanos;
            lateness.recordValue(Math.max(0, Math.min(late, MAXIMUM_NANOS)));
        }
        return lateness;
    }
}
