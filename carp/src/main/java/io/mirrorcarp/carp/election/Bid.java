// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/** What a node says of itself in an advertisement, in the terms of its protocol: the others compare it with what they have to offer. */
public sealed interface Bid permits CarpBid, VrrpBid {
    /** How often it advertises, in microseconds. */
    long intervalMicros();

    /** The same in seconds, 0 to 255; with VRRP rounded up. */
    int advbase();

    /** 0 to 255; with VRRP what the priority lacks to 255, so that the lowest is the best with both. */
    int advskew();

    /** The demote byte, 0 to 255; 0 with VRRP. */
    int demote();

    /** How unfit it is, 0 to 255. A demotion raises it. */
    int unfitness();

    /** Whether it stops being master. */
    boolean isBowOut();
}
