// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import io.mirrorcarp.counter.CounterSet;
import org.jspecify.annotations.Nullable;

/** Why a frame is not an advertisement for this node, in the order in which the checks are made. */
public enum Rejection {
    /** Not protocol 112 over untagged IPv4 or IPv6, or behind an IPv6 extension header: no counter. */
    NOT_CARP(null),
    /** No vhid on this device has an address of this family. */
    BAD_INTERFACE(CarpCounter.BAD_INTERFACE),
    /** TTL or hop limit below 255: it has passed a router. */
    BAD_TTL(CarpCounter.BAD_TTL),
    /** The frame ends before its IP header or before the length that the IP header tells, or is a fragment. */
    SHORT_HEADER(CarpCounter.SHORT_HEADER),
    /** The IP payload is shorter than the 36 bytes of a CARP header, or than a VRRP header with as many addresses as it tells. */
    BAD_LENGTH(CarpCounter.BAD_LENGTH),
    /** The sum over the CARP header, the VRRP message, or the IPv4 header is wrong. */
    BAD_SUM(CarpCounter.BAD_SUM),
    /** No such vhid on this device. */
    BAD_VHID(CarpCounter.BAD_VHID),
    /** Of another version or another protocol than that of its vhid, or no advertisement. */
    BAD_VERSION(CarpCounter.BAD_VERSION),
    /** No accepted key and address set gives this digest; with VRRP 2, another password. */
    BAD_AUTH(CarpCounter.BAD_AUTH),
    /** Of a VRRP 2 router that advertises at another interval. */
    BAD_INTERVAL(CarpCounter.BAD_INTERVAL),
    /** A copy of an advertisement that this node sent itself, or that a peer sent: come back through a loop, or sent again by somebody. */
    REPLAYED(CarpCounter.REPLAYED),
    /** Its digest is right, but what else it says was changed, or is not proved where a proof is asked for: {@code auth = "strict"}, or a peer that has proved it before. */
    UNPROVEN(CarpCounter.UNPROVEN),
    /** More came in this second than are verified, and its counter is not one that a known peer sends next. */
    UNVERIFIED(CarpCounter.UNVERIFIED);

    private final @Nullable CarpCounter counter;

    Rejection(@Nullable CarpCounter counter) {
        this.counter = counter;
    }

    /** The counter to add to, or null for {@link #NOT_CARP}. */
    public @Nullable CarpCounter counter() {
        return counter;
    }

    /** Counts a discarded advertisement that was already counted as received. */
    public void count(CounterSet<CarpCounter> counters) {
        if (counter != null) {
            counters.increment(counter);
        }
    }
}
