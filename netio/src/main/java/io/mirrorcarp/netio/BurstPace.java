// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

/**
 * When to read next from a descriptor on which single small messages arrive. What comes alone is read at once. While one reading follows the other
 * closely, they are a pause apart: a burst costs one wake-up and one system call, whatever is in it. Pure.
 */
public final class BurstPace {
    private long pauseNanos;
    private long lastNanos;
    private boolean first = true;

    /** @param pauseNanos from the beginning of a reading to the next one under load: the longest that a message waits */
    public BurstPace(long pauseNanos) {
        this.pauseNanos = pauseNanos;
    }

    /** Another pause, from the next reading on. */
    public void setPauseNanos(long nanos) {
        pauseNanos = nanos;
    }

    /**
     * A reading ended.
     *
     * @param begunNanos when it began, on a clock that never goes back
     * @param emptied whether there was something, and nothing is left
     * @return how long after {@code begunNanos} to read again; 0 for as soon as there is something
     */
    public long pauseNanos(long begunNanos, boolean emptied) {
        if (!emptied) {
            return 0;
        }
        boolean close = !first && begunNanos - lastNanos < 2 * pauseNanos;
        lastNanos = begunNanos;
        first = false;
        return close ? pauseNanos : 0;
    }
}
