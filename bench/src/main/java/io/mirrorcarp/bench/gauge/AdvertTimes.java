// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.gauge;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * When advertisements came, and when each said that the next would come: a demoted CARP master advertises less often, and that is not late.
 *
 * @param nanos since 1970, in order
 * @param intervals in nanoseconds, of each advertisement
 */
public record AdvertTimes(List<Long> nanos, List<Long> intervals) {
    private static final int ETHERNET_HEADER = 14;
    private static final int IP_LENGTH_MASK = 0x0f;
    private static final int SHORTEST_ADVERT = 8;
    private static final int CARP = 0x21;
    private static final int VRRP3_INTERVAL_MASK = 0x0fff;
    private static final long CENTISECOND_NANOS = 10_000_000;
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final long MAXIMUM_NANOS = 600 * SECOND_NANOS;

    /** Instants that do not change any more. */
    public AdvertTimes {
        nanos = List.copyOf(nanos);
        intervals = List.copyOf(intervals);
    }

    /** Reads a {@link Pcap}. What is too short for an advertisement over IPv4 is left out. */
    static AdvertTimes ofPcap(byte[] file) {
        List<Long> nanos = new ArrayList<>();
        List<Long> intervals = new ArrayList<>();
        Pcap.read(file, (packetNanos, bytes, start, end) -> {
            int ip = start + ETHERNET_HEADER;
            int advert = ip < end ? ip + (bytes.get(ip) & IP_LENGTH_MASK) * Integer.BYTES : end;
            if (advert + SHORTEST_ADVERT <= end) {
                nanos.add(packetNanos);
                intervals.add(interval(bytes, advert));
            }
        });
        return new AdvertTimes(nanos, intervals);
    }

    /** CARP: advskew in byte 2, in 1/256 s, and advbase in byte 5, in seconds. VRRPv3 (RFC 9568): centiseconds in the last 12 bits of bytes 4 and 5. */
    private static long interval(ByteBuffer bytes, int advert) {
        if (bytes.get(advert) == CARP) {
            long skew = Byte.toUnsignedLong(bytes.get(advert + 2)) * SECOND_NANOS / 256;
            return Byte.toUnsignedLong(bytes.get(advert + 5)) * SECOND_NANOS + skew;
        }
        int centiseconds = (bytes.get(advert + 4) << Byte.SIZE) | Byte.toUnsignedInt(bytes.get(advert + 5));
        return (centiseconds & VRRP3_INTERVAL_MASK) * CENTISECOND_NANOS;
    }

    /** How much later each came than the one before it had said, in nanoseconds; what came earlier counts as 0. */
    public Histogram lateness() {
        Histogram lateness = new Histogram(MAXIMUM_NANOS, 3);
        for (int i = 1; i < nanos.size(); i++) {
            long late = nanos.get(i) - nanos.get(i - 1) - intervals.get(i - 1);
            lateness.recordValue(Math.max(0, Math.min(late, MAXIMUM_NANOS)));
        }
        return lateness;
    }
}
