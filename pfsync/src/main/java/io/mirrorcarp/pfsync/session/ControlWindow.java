// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

/**
 * Which control frames of a session were accepted. Of a peer with one path, a frame is taken only when its number is above all that came: who has the newest needs no older
 * one. The paths of a peer with several overtake one another, so that of the last {@value #SIZE} numbers each is taken once, in any order.
 */
public final class ControlWindow {
    private static final int SIZE = 64;

    private long highest;
    /** Bit i: the number {@code highest - i} was accepted. */
    private long accepted;

    private boolean several;
    /** The number of the first frame with the newest message. */
    private long message;

    void begin() {
        highest = 0;
        accepted = 0;
        several = false;
        message = 0;
    }

    /** The highest number accepted. */
    public long highest() {
        return highest;
    }

    /** Whether the frame is not to be opened: it was accepted, or is too old. */
    public boolean isSeen(long number) {
        if (number > highest) {
            return false;
        }
        long age = highest - number;
        return !several || age >= SIZE || (accepted >>> age & 1) != 0;
    }

    /** Whether a number so near to the highest one was accepted that it is likely a copy, which came by another path. */
    public boolean isCopy(long number) {
        return several && highest - number < SIZE;
    }

    /**
     * Whether a frame's message is news: of the frames with one message the first that comes counts, and of two messages the newer one.
     *
     * @param copy by how much its number is above that of the first frame with its message
     */
    public boolean isNews(long number, int copy) {
        return number - copy > message;
    }

    /**
     * An authentic frame came that was not seen.
     *
     * @param ofSeveral whether its sender has several paths
     * @param copy as of {@link #isNews}
     */
    void accept(long number, boolean ofSeveral, int copy) {
        several = ofSeveral;
        note(number);
        message = Math.max(message, number - copy);
    }

    /** An authentic frame without a message came: it has its number, and is to be taken once. */
    void acceptPadding(long number) {
        if (several) {
            note(number);
        }
    }

    private void note(long number) {
        if (number > highest) {
            long step = number - highest;
            accepted = step < SIZE ? accepted << step : 0;
            highest = number;
        }
        accepted |= 1L << (highest - number);
    }
}
