// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/**
 * When in each interval a master advertises, among the virtual hosts of its node that share the time. Where each has its own part of the interval, the last
 * advertisement of a node that dies is older for one of them, and so the backup misses it sooner and takes them all; and none waits until those of
 * the others are sent.
 *
 * @param index 0 to less than {@code of}
 * @param of how many share an interval; one that is alone counts its intervals from one advertisement to the next
 */
public record AdvertTurn(int index, int of) {
    /** A virtual host that shares with none. */
    public static final AdvertTurn ALONE = new AdvertTurn(0, 1);

    /** Throws an {@link IllegalArgumentException} when {@code index} is out of range. */
    public AdvertTurn {
        if (index < 0 || index >= of) {
            throw new IllegalArgumentException("turn " + index + " of " + of);
        }
    }

    /** When to advertise after an advertisement at {@code nowNanos}: an interval later at the latest. */
    long nextNanos(long nowNanos, long intervalNanos) {
        if (of == 1) {
            return nowNanos + intervalNanos;
        }
        long turnNanos = intervalNanos / of * index;
        return nowNanos + intervalNanos - Math.floorMod(nowNanos - turnNanos, intervalNanos);
    }
}
