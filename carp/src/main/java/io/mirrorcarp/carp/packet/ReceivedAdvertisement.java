// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.counter.CounterSet;
import java.net.InetAddress;

/**
 * A well-formed advertisement and its envelope. What it proves, if anything, is not checked yet.
 *
 * @param sourceMac any address: ucarp's differs from the virtual MAC, and OpenBSD's {@code balancing ip} uses a group address
 * @param source any address: a FreeBSD peer without a base address sends from the virtual address, or from 0.0.0.0
 * @param ttl TTL or hop limit, 0 to 255
 */
public record ReceivedAdvertisement(
        AddressFamily family,
        MacAddress sourceMac,
        InetAddress source,
        InetAddress destination,
        int ttl,
        Advertisement advertisement)
        implements ParsedFrame {
    @Override
    public String dump() {
        return source.getHostAddress() + " > " + destination.getHostAddress() + " " + advertisement.protocolName()
                + "-advertise " + advertisement.dump() + " ttl=" + ttl + " mac=" + sourceMac;
    }

    @Override
    public void countReceived(CounterSet<CarpCounter> counters) {
        counters.increment(CarpCounter.received(family));
    }

    @Override
    public void count(CounterSet<CarpCounter> counters) {
        countReceived(counters);
    }
}
