// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import java.util.EnumMap;
import java.util.Map;

/** One value per {@link CarpCounter}. Not thread-safe: it belongs to the election's loop. */
public final class CarpCounters {
    private final Map<CarpCounter, Long> values = new EnumMap<>(CarpCounter.class);

    public void increment(CarpCounter counter) {
        values.merge(counter, 1L, Long::sum);
    }

    public long value(CarpCounter counter) {
        return values.getOrDefault(counter, 0L);
    }

    /** Counts a frame as received, and as discarded if it was. A frame that is not CARP counts nowhere. */
    public void count(ParsedFrame frame) {
        countReceived(frame);
        if (frame instanceof RejectedFrame rejected) {
            count(rejected.reason());
        }
    }

    /** Counts a frame as received, and nothing else: with net.inet.carp.allow 0 the BSDs look no further. */
    public void countReceived(ParsedFrame frame) {
        if (frame instanceof ReceivedAdvertisement received) {
            increment(CarpCounter.received(received.family()));
        } else if (frame instanceof RejectedFrame rejected && rejected.reason() != Rejection.NOT_CARP) {
            increment(CarpCounter.received(rejected.family()));
        }
    }

    /** Counts a discarded advertisement that was already counted as received. */
    public void count(Rejection reason) {
        CarpCounter counter = reason.counter();
        if (counter != null) {
            increment(counter);
        }
    }
}
