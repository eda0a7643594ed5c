// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.DemotionChange;

/** Hears what happens to CARP on this node. Called on the election's event loop: it must return at once. */
public interface CarpListener {

    /** A virtual host changed its state. It is in the log already, as far as net.inet.carp.log wants it. */
    void onStateChange(StateChange change);

    /** This node, master until now, leaves a virtual host, and its peers ought to hear of it on another path at once. */
    void onResign(Resignation resignation);

    /** A counter of the demotion changed. It is in the log already, as far as net.inet.carp.log wants it. */
    void onDemotion(DemotionChange change);

    /**
     * Something else to tell the administrator, in FreeBSD's words, without the prefix {@code carp: }. It is in the log already.
     */
    void onEvent(String message);

    /**
     * An advertisement was sent that was due at a certain time.
     *
     * @param lateNanos how long after that it had left, 0 or more
     */
    default void onAdvertisementSent(long lateNanos) {}

    /**
     * The addresses of a virtual host were announced by a node that is master anew.
     *
     * @param nanos since the last advertisement of the master before
     */
    default void onTakenOver(long nanos) {}

    /** This node, or its whole machine with its clock, may have stood still: what it knows of its peers' states counts no longer, until it has heard them. */
    default void onStatesDoubted() {}

    /** The election cannot go on. The node must be stopped, so that a peer takes over. */
    void onFailure(Throwable failure);
}
