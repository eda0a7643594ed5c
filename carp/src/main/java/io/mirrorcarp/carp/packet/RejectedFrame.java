// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import io.mirrorcarp.counter.CounterSet;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A frame that was not accepted.
 *
 * @param reason the first check that failed
 * @param family the family by the Ethernet type; IPv4 when it is neither
 * @param source the IP source, or null when the frame ends before it
 */
public record RejectedFrame(
        Rejection reason, AddressFamily family, @Nullable InetAddress source) implements ParsedFrame {
    @Override
    public String dump() {
        return "rejected " + reason + (source == null ? "" : " from " + source.getHostAddress());
    }

    @Override
    public void countReceived(CounterSet<CarpCounter> counters) {
        if (reason != Rejection.NOT_CARP) {
            counters.increment(CarpCounter.received(family));
        }
    }

    @Override
    public void count(CounterSet<CarpCounter> counters) {
        countReceived(counters);
        reason.count(counters);
    }
}
