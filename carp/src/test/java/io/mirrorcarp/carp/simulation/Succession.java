// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * How a node became master, by the clock of the simulation.
 *
 * @param byHand whether an administrator made it master
 * @param from whom it had heard as the last one; null before the first time
 * @param heardAtNanos when that was
 */
record Succession(long atNanos, boolean byHand, @Nullable InetAddress from, long heardAtNanos) {
    static final Succession NONE = new Succession(0, false, null, 0);

    /** Whether it became master in the place of another one after a time, by itself. */
    boolean isOf(InetAddress other, long afterNanos) {
        return !byHand && atNanos >= afterNanos && other.equals(from);
    }

    /** Whether it had heard the one before since that had become master. Else it slept then, and does not know how far that one is. */
    boolean knewOf(Succession before) {
        return heardAtNanos >= before.atNanos;
    }
}
