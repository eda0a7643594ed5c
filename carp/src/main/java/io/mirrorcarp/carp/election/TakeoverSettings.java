// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/**
 * What happens between the decision to become master and the first answer for an address, and after it.
 *
 * @param barrier whether to wait for the states of the flows before each promotion
 * @param holdLimitNanos how long at most: then a master that is gone is replaced without, and one that lives is not displaced
 * @param preemptDelayNanos how long a living master must have been worse before it is preempted; 0 for at once
 * @param startHoldOffNanos how long at most after the start to stay backup until the services are ready; 0 for not at all
 * @param announceRefreshNanos how often a master announces its addresses again; 0 for never. Needed where its
 *     advertisements do not show the virtual MAC to every switch, as with unicast peers
 * @param handoverNanos how long two nodes may have the addresses while they move: the new master takes them before it is heard, and the old one keeps them
 *     until then and so long after it; 0 for not at all. Only for nodes that answer with the same MAC
 */
public record TakeoverSettings(
        boolean barrier,
        long holdLimitNanos,
        long preemptDelayNanos,
        long startHoldOffNanos,
        long announceRefreshNanos,
        long handoverNanos) {
    /** No barrier, no delay, no hold-off, no refresh, no overlap. */
    public static final TakeoverSettings AT_ONCE = new TakeoverSettings(false, 0, 0, 0, 0, 0);

    public TakeoverSettings {
        if (holdLimitNanos < 0
                || preemptDelayNanos < 0
                || startHoldOffNanos < 0
                || announceRefreshNanos < 0
                || handoverNanos < 0) {
            throw new IllegalArgumentException("negative time");
        }
    }

    public TakeoverSettings withBarrier(long limitNanos) {
        return new TakeoverSettings(
                true, limitNanos, preemptDelayNanos, startHoldOffNanos, announceRefreshNanos, handoverNanos);
    }

    public TakeoverSettings withPreemptDelay(long delayNanos) {
        return new TakeoverSettings(
                barrier, holdLimitNanos, delayNanos, startHoldOffNanos, announceRefreshNanos, handoverNanos);
    }

    public TakeoverSettings withStartHoldOff(long limitNanos) {
        return new TakeoverSettings(
                barrier, holdLimitNanos, preemptDelayNanos, limitNanos, announceRefreshNanos, handoverNanos);
    }

    public TakeoverSettings withAnnounceRefresh(long everyNanos) {
        return new TakeoverSettings(
                barrier, holdLimitNanos, preemptDelayNanos, startHoldOffNanos, everyNanos, handoverNanos);
    }

    public TakeoverSettings withHandover(long forNanos) {
        return new TakeoverSettings(
                barrier, holdLimitNanos, preemptDelayNanos, startHoldOffNanos, announceRefreshNanos, forNanos);
    }
}
