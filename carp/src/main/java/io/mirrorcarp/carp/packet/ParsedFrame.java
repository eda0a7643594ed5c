// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import io.mirrorcarp.counter.CounterSet;

/** What {@link AdvertisementParser} makes of a frame. */
public sealed interface ParsedFrame permits ReceivedAdvertisement, RejectedFrame {
    /** One line for a person. */
    String dump();

    /** Counts it as received, and nothing else: with net.inet.carp.allow 0 the BSDs look no further. What is not CARP counts nowhere. */
    void countReceived(CounterSet<CarpCounter> counters);

    /** Counts it as received, and as discarded if it was. */
    void count(CounterSet<CarpCounter> counters);
}
