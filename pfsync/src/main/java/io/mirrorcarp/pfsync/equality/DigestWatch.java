// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.equality;

import io.mirrorcarp.pfsync.flows.OwnerDigest;

/**
 * Compares the digest in a peer's heartbeats with that of its flows here, at exactly the place of the peer's stream that the heartbeat
 * names: changes under way make no difference. Only flows that move between nodes do, for a moment.
 */
public final class DigestWatch {
    /** Different differences in a row: more than flows in motion explain. */
    private static final int STRIKES = 4;

    private static final long SHORTEST_PAUSE_NANOS = 1_000_000_000L;

    private boolean announced;
    private long sequence;
    private long digest;
    private boolean matches;
    private long difference;
    private int strikes;
    private long pauseNanos = SHORTEST_PAUSE_NANOS;
    private long notBeforeNanos = Long.MIN_VALUE;

    /** A session begins. */
    public void begin() {
        announced = false;
        matches = false;
        strikes = 0;
        pauseNanos = SHORTEST_PAUSE_NANOS;
        notBeforeNanos = Long.MIN_VALUE;
    }

    /** The peer says: what I own after stream frame {@code sent} has this digest. */
    public void onHeartbeat(long sent, long announcedDigest, long applied) {
        if (announced && sequence > applied) {
            return;
        }
        announced = true;
        sequence = sent;
        digest = announcedDigest;
    }

    /**
     * The peer's stream is applied up to {@code applied}.
     *
     * @return whether the tables differ, so that they are to be compared bucket by bucket
     */
    public boolean onApplied(long applied, OwnerDigest own, long entries, long nowNanos) {
        if (!announced || applied < sequence) {
            return false;
        }
        announced = false;
        return applied == sequence && compare(digest - own.total(), entries, nowNanos);
    }

    private boolean compare(long newDifference, long entries, long nowNanos) {
        matches = newDifference == 0;
        if (matches) {
            strikes = 0;
            pauseNanos = SHORTEST_PAUSE_NANOS;
            return false;
        }
        strikes++;
        boolean steady = strikes > 1 && newDifference == difference;
        difference = newDifference;
        if ((!steady && strikes < STRIKES) || nowNanos < notBeforeNanos) {
            return false;
        }
        strikes = 0;
        notBeforeNanos = nowNanos + pauseNanos;
        pauseNanos = Math.min(2 * pauseNanos, BulkWish.longestPauseNanos(entries));
        return true;
    }

    /** All that differed was repaired. */
    public void onProven() {
        matches = true;
        strikes = 0;
    }

    /** Whether the last comparison showed no difference. */
    public boolean matches() {
        return matches;
    }
}
