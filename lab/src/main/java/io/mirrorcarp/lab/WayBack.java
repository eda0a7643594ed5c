// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

/**
 * How the master came back.
 *
 * @param masterAgain whether it was master of every virtual host again
 * @param seconds from its repair until then
 * @param gapSeconds the longest time since its repair in which a download stood still
 */
record WayBack(boolean masterAgain, double seconds, double gapSeconds) {
    /** The longest time that a connection may stand still when the addresses go back: both nodes run, so nothing is waited for. */
    static final double GAP_LIMIT_SECONDS = 1;
}
