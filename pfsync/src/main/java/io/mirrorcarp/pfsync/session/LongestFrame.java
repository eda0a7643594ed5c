// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

/** The longest frame that came lately. */
final class LongestFrame {
    private static final long STRETCH_NANOS = 1_500_000_000L;

    /** In the present stretch of {@value #STRETCH_NANOS} ns, and in the one before. */
    private int longest;

    private int before;
    private long stretchNanos;

    void begin() {
        longest = 0;
        before = 0;
    }

    void add(int bytes, long nowNanos) {
        turn(nowNanos);
        longest = Math.max(longest, bytes);
    }

    /** Within the last one and a half to three seconds; 0 where none came. */
    int bytes(long nowNanos) {
        turn(nowNanos);
        return Math.max(longest, before);
    }

    private void turn(long nowNanos) {
        long stretches = (nowNanos - stretchNanos) / STRETCH_NANOS;
        if (stretches > 0) {
            before = stretches == 1 ? longest : 0;
            longest = 0;
            stretchNanos = nowNanos;
        }
    }
}
