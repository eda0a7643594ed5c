// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.packet.Protocol;
import org.jspecify.annotations.Nullable;

/** The rules by which a virtual host is elected: those of its protocol, with what is configured of it. Times in nanoseconds, unless the name tells another unit. */
public sealed interface ElectionRules permits CarpRules, VrrpRules {
    Protocol protocol();

    /** What this node advertises under a demotion. */
    Bid bid(int demotion);

    /** What it advertises when it stops being master. */
    Bid bowOut(int demotion);

    /**
     * What a bid comes to, in comparison with others.
     *
     * @param above whether it comes from an address above this node's own; false for this node's own bid
     */
    Standing standing(Bid bid, boolean above);

    /** How long this node waits for a master of which it has heard nothing, demoted or not. */
    long masterDownNanos();

    /**
     * How long to wait for the next advertisement of a master.
     *
     * @param master what was heard of it last, or null when nothing was
     * @param own what this node has to offer
     * @param mayPreempt whether this node may displace a living master
     */
    long patienceNanos(@Nullable Standing master, Standing own, boolean mayPreempt);

    /** Whether a master advertises so rarely that this node expects it to time out. */
    boolean isTooSlow(Standing master);

    /** How much later than the best one this node takes over from a master with this interval, in microseconds. */
    long skewMicros(long intervalMicros);

    /** Whether its intervals are parts of a second that no advbase bounds: a peer's silence on another path is known too late to be of use. */
    boolean isBelowSeconds();

    /** The time between two advertisements of the best node. */
    long baseNanos();

    /** Why a node displaces a worse master. */
    TransitionReason preemption();

    /** Why a master gives way to a better one. */
    TransitionReason yielding();

    /** Whether backups wait for their skew when a master leaves, so that the best of them comes first; else each takes over at once. */
    boolean staggersSuccession();

    /** Whether a master answers another one, which has to give way, by an advertisement at once. */
    boolean answersRivals();
}
