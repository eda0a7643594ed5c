// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/**
 * How a node that is master no longer leaves: it says so up to {@value #WORDS} times, while no successor is heard, and keeps its addresses until one is.
 *
 * <p>A switch sends what is for the virtual MAC where the last frame from it came from. A successor that is a BSD answers within 200 us. Where its answer overtook the last frame of this
 * node, the switch goes on to send to this node, which therefore keeps the addresses until the successor is heard again. Not thread-safe.
 */
final class Departure {
    static final int WORDS = 3;
    static final long WORD_SPACING_NANOS = 10_000_000;

    /** An advertisement that is heard so soon after the last frame of this node may have been sent before it. */
    static final long OVERTAKEN_NANOS = 2_000_000;

    /** How long the addresses are kept for a successor that is not heard, in handovers. */
    static final int UNHEARD_HANDOVERS = 3;

    private static final long NEVER = CarpInstance.NEVER;
    private static final long MOST_HOLD_NANOS = 3_000_000_000L;

    private long framedAtNanos;
    private boolean framed;
    private int wordsLeft;
    private long wordAtNanos = NEVER;
    private long releaseAtNanos = NEVER;

    /** A frame leaves from the virtual MAC. */
    void onFrame(long nowNanos) {
        framed = true;
        framedAtNanos = nowNanos;
    }

    /**
     * The node was master and leaves by its own choice; the first word is said now.
     *
     * @param handoverNanos 0 where the addresses are not kept
     * @param successionNanos how long the successor waits after the word
     */
    void leave(long handoverNanos, long successionNanos, long nowNanos) {
        wordsLeft = WORDS - 1;
        wordAtNanos = nowNanos + WORD_SPACING_NANOS;
        long keptNanos = UNHEARD_HANDOVERS * handoverNanos;
        releaseAtNanos = nowNanos + (keptNanos > 0 ? keptNanos + successionNanos : 0);
    }

    /**
     * A successor was heard, of which the next advertisement is due after so long.
     *
     * @param holds whether this node has the addresses
     * @param handoverNanos 0 where the addresses are not kept
     */
    void onSuccessor(long dueNanos, boolean holds, long handoverNanos, long nowNanos) {
        wordsLeft = 0;
        wordAtNanos = NEVER;
        if (!holds) {
            return;
        }
        boolean overtaken = framed && nowNanos - framedAtNanos < OVERTAKEN_NANOS;
        releaseAtNanos = overtaken && handoverNanos > 0 ? nowNanos + Math.min(dueNanos, MOST_HOLD_NANOS) : nowNanos;
    }

    /** Whether to say once more that this node leaves. */
    boolean takeWord(long nowNanos) {
        if (nowNanos < wordAtNanos) {
            return false;
        }
        wordsLeft--;
        wordAtNanos = wordsLeft > 0 ? nowNanos + WORD_SPACING_NANOS : NEVER;
        return true;
    }

    /** Whether to let the addresses go now. */
    boolean takeRelease(long nowNanos) {
        boolean due = nowNanos >= releaseAtNanos;
        releaseAtNanos = due ? NEVER : releaseAtNanos;
        return due;
    }

    /** The node is master again, or can reach nobody. */
    void end() {
        wordsLeft = 0;
        wordAtNanos = NEVER;
        releaseAtNanos = NEVER;
    }

    /** Whether the addresses are kept still. */
    boolean isHolding() {
        return releaseAtNanos != NEVER;
    }

    /** Whether there is something left to do. */
    boolean isUnderWay() {
        return nextDeadlineNanos() != NEVER;
    }

    long nextDeadlineNanos() {
        return Math.min(wordAtNanos, releaseAtNanos);
    }
}
