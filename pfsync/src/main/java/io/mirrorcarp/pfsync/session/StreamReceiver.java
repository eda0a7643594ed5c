// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.pfsync.message.Control;

/**
 * The stream of one session of a peer: gives its frames out in order and once, holds up to {@value #WINDOW_FRAMES} that came too early, and asks
 * for those that are missing, at once and then at growing intervals.
 */
public final class StreamReceiver {
    public static final int WINDOW_FRAMES = 1024;

    private static final long NEVER = Long.MAX_VALUE;
    private static final long SHORTEST_RETRY_NANOS = 5_000_000;
    private static final long FIRST_RETRY_NANOS = 20_000_000;
    private static final long LAST_RETRY_NANOS = 160_000_000;
    /** Ranges in one request; the rest is asked for later. */
    private static final int RANGES = 8;

    private final byte[][] held = new byte[WINDOW_FRAMES][];
    /** Length of the held payload plus 1; 0 where none is held. */
    private final int[] heldLengths = new int[WINDOW_FRAMES];

    private long expected;
    private long highest;
    private long gapSinceNanos = NEVER;
    private long nextRepairNanos = NEVER;
    private long lastRepairNanos;
    private long retryNanos = FIRST_RETRY_NANOS;

    /** Begins at the frame after {@code sent}. */
    public StreamReceiver(long sent) {
        expected = sent + 1;
        highest = sent;
    }

    /** The next frame to apply. */
    public long expected() {
        return expected;
    }

    /** How many frames can be held from the next one on. */
    public int window() {
        return WINDOW_FRAMES;
    }

    /** Whether the frame was applied or is held. */
    public boolean isSeen(long number) {
        return number < expected || (isInWindow(number) && heldLengths[slot(number)] > 0);
    }

    private boolean isInWindow(long number) {
        return number < expected + WINDOW_FRAMES;
    }

    /**
     * All frames up to {@code sent} were sent.
     *
     * @return how many of them are newly known to be missing
     */
    public long note(long sent, long nowNanos) {
        long missing = Math.max(0, sent - highest);
        if (missing > 0) {
            highest = sent;
            if (gapSinceNanos == NEVER) {
                gapSinceNanos = nowNanos;
                lastRepairNanos = nowNanos - SHORTEST_RETRY_NANOS;
            }
            nextRepairNanos = Math.min(nextRepairNanos, Math.max(nowNanos, lastRepairNanos + SHORTEST_RETRY_NANOS));
        }
        return missing;
    }

    /** Copies a frame that came before its time; one beyond the window is left to a repair. */
    public void hold(long number, byte[] payload, int length) {
        highest = Math.max(highest, number);
        if (!isInWindow(number)) {
            return;
        }
        int slot = slot(number);
        byte[] copy = held[slot];
        if (copy == null || copy.length < length) {
            copy = new byte[payload.length];
            held[slot] = copy;
        }
        System.arraycopy(payload, 0, copy, 0, length);
        heldLengths[slot] = length + 1;
    }

    /** The next frame is applied. */
    public void advance() {
        heldLengths[slot(expected)] = 0;
        expected++;
        highest = Math.max(highest, expected - 1);
        retryNanos = FIRST_RETRY_NANOS;
        endGap();
    }

    private void endGap() {
        if (highest < expected) {
            gapSinceNanos = NEVER;
            nextRepairNanos = NEVER;
            retryNanos = FIRST_RETRY_NANOS;
        }
    }

    /** Whether the next frame is held. */
    public boolean isNextHeld() {
        return heldLengths[slot(expected)] > 0;
    }

    public byte[] nextPayload() {
        return held[slot(expected)];
    }

    public int nextLength() {
        return heldLengths[slot(expected)] - 1;
    }

    /**
     * The peer can no longer send again what is before {@code oldest}: goes on there.
     *
     * @return how many frames are lost for good
     */
    public long skipTo(long oldest) {
        long skipped = 0;
        for (long number = expected; number < oldest && isInWindow(number); number++) {
            skipped += heldLengths[slot(number)] > 0 ? 0 : 1;
            heldLengths[slot(number)] = 0;
        }
        skipped += Math.max(0, oldest - expected - WINDOW_FRAMES);
        expected = Math.max(expected, oldest);
        highest = Math.max(highest, expected - 1);
        endGap();
        return skipped;
    }

    /** How long frames have been missing. */
    public long gapNanos(long nowNanos) {
        return gapSinceNanos == NEVER ? 0 : nowNanos - gapSinceNanos;
    }

    /** When to ask for missing frames, or {@link Long#MAX_VALUE}. */
    public long nextRepairNanos() {
        return nextRepairNanos;
    }

    /** Adds requests for what is missing. */
    public void addRepairs(Control control, int creatorId, long epoch, long nowNanos) {
        long end = Math.min(highest, expected + WINDOW_FRAMES - 1);
        int ranges = 0;
        long from = nextMissing(expected, end);
        while (from <= end && ranges < RANGES) {
            long to = from;
            while (to < end && heldLengths[slot(to + 1)] == 0) {
                to++;
            }
            control.addRepair(creatorId, epoch, from, to);
            ranges++;
            from = nextMissing(to + 1, end);
        }
        lastRepairNanos = nowNanos;
        nextRepairNanos = nowNanos + retryNanos;
        retryNanos = Math.min(retryNanos * 2, LAST_RETRY_NANOS);
    }

    private long nextMissing(long begin, long end) {
        long number = begin;
        while (number <= end && heldLengths[slot(number)] > 0) {
            number++;
        }
        return number;
    }

    private static int slot(long number) {
        return (int) (number % WINDOW_FRAMES);
    }
}
