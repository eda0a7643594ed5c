// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

/**
 * How long frames may be that reach a peer: what both sync devices carry, unless a switch between them carries less, which drops longer ones without a word. The
 * peer tells of the longest frame that it hears; frames of padding are tried, and proof counts (RFC 8899 in small). Each peer has one. Not thread-safe.
 */
public final class PathSize {
    /** A frame counts as one of a size when it is at most this much shorter. */
    static final int SLACK_BYTES = 16;

    /** Sizes so close together are not told apart. */
    private static final int RESOLUTION_BYTES = 32;
    /** How long the peer must have missed long frames, beyond the time over which it remembers them. */
    private static final long DOUBT_NANOS = 1_000_000_000;
    /** A size is too long when none of its frames came through for this time. */
    private static final long STEP_NANOS = 1_000_000_000;
    /** After this time a path that carries less than the devices is tried again. */
    private static final long RETRY_NANOS = 300_000_000_000L;

    private static final long NEVER = Long.MAX_VALUE;

    private int target;
    private int limit;
    private int tooLong;
    private int tried;
    private long triedNanos;
    private long doubtNanos = NEVER;
    private long retryNanos = NEVER;
    private boolean told;
    private boolean odd;

    /** The devices of both ends carry frames of that many bytes from now on. The path counts as doing so too, until it fails. */
    public void aim(int bytes) {
        if (bytes != target) {
            target = bytes;
            limit = bytes;
            tried = 0;
            doubtNanos = NEVER;
            retryNanos = NEVER;
        }
    }

    /** A session begins: nothing is known of its path. */
    void begin() {
        int devices = target;
        target = 0;
        told = false;
        aim(devices);
    }

    /** The longest frame. */
    public int limit() {
        return limit;
    }

    /** Whether the path carries less than the devices at its ends. */
    public boolean isNarrow() {
        return limit < target;
    }

    /** The peer tells how long the longest frame is that it heard lately; 0 of one that does not tell. */
    void onReport(int longest, long nowNanos) {
        told = longest > 0;
        if (!told) {
            return;
        }
        if (tried > 0) {
            step(longest, nowNanos);
        } else if (isHeard(longest, limit)) {
            doubtNanos = NEVER;
            if (nowNanos >= retryNanos) {
                tooLong = target + 1;
                tryThe(target, nowNanos);
            }
        } else if (doubtNanos == NEVER) {
            doubtNanos = nowNanos;
        } else if (nowNanos - doubtNanos >= DOUBT_NANOS && limit > ReplicationSettings.MIN_FRAME_BYTES) {
            doubtNanos = NEVER;
            tooLong = limit;
            limit = ReplicationSettings.MIN_FRAME_BYTES;
            tryNext(nowNanos);
        }
    }

    /** The peer hears nothing of this node at present, short or long: that tells nothing of the path. */
    void onUnheard(long nowNanos) {
        doubtNanos = NEVER;
        triedNanos = nowNanos;
    }

    private void step(int longest, long nowNanos) {
        if (isHeard(longest, tried)) {
            limit = tried;
            tryNext(nowNanos);
        } else if (nowNanos - triedNanos >= STEP_NANOS) {
            tooLong = tried;
            tryNext(nowNanos);
        }
    }

    private void tryNext(long nowNanos) {
        boolean done = tooLong - limit <= RESOLUTION_BYTES;
        tryThe(done ? 0 : Math.min(target, limit + (tooLong - limit + 1) / 2), nowNanos);
        retryNanos = done && limit < target ? nowNanos + RETRY_NANOS : NEVER;
    }

    private void tryThe(int bytes, long nowNanos) {
        tried = bytes;
        triedNanos = nowNanos;
        retryNanos = NEVER;
    }

    private static boolean isHeard(int longest, int size) {
        return longest >= size - SLACK_BYTES;
    }

    /** The length of a frame of padding that is to be sent with this heartbeat, or 0. */
    int padding() {
        odd = !odd;
        if (!told || limit == 0) {
            return 0;
        }
        if (tried > 0) {
            return tried;
        }
        return odd || doubtNanos != NEVER ? limit : 0;
    }
}
