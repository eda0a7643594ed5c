// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.pfsync.message.Control;
import io.mirrorcarp.pfsync.message.FrameHeader;
import org.jspecify.annotations.Nullable;

/**
 * Lives of nodes that were heard and have no session. A heartbeat reports some of them, those first that were reported longest ago: so the one that can answer has its
 * turn, however many recorded frames of lives that are over somebody plays. A life is remembered with the highest control number that was heard of it, and
 * a frame of it that was heard before is no frame: a recording serves once.
 */
public final class Candidates {
    /** How many lives are remembered. One more takes the place of the life that was silent for longest. */
    static final int MOST = 1024;

    /** The most that are reported at once, so that a heartbeat stays short. */
    static final int REPORTED_AT_ONCE = 8;

    /** A life that was silent for this long is not reported. */
    static final long FRESH_NANOS = 1_000_000_000;

    private static final class Life {
        int creatorId;
        long epoch;
        /** The highest control number that was heard of it. */
        long number;
        /** A proof must report a later control number of this node. */
        long minHeard;
        /** The highest frame version that it understands. */
        int version = FrameHeader.LOWEST_VERSION;

        long heardNanos;
        boolean reported;
        long reportedNanos;

        boolean isFresh(long nowNanos) {
            return nowNanos - heardNanos <= FRESH_NANOS;
        }

        /** Whether its turn is before the other's. */
        boolean isBefore(@Nullable Life other) {
            if (other == null) {
                return true;
            }
            if (!reported || !other.reported) {
                return !reported && (other.reported || heardNanos - other.heardNanos > 0);
            }
            return reportedNanos - other.reportedNanos < 0;
        }
    }

    private final Life[] lives = new Life[MOST];
    private int count;

    private @Nullable Life find(FrameHeader header) {
        for (int i = 0; i < count; i++) {
            if (lives[i].epoch == header.epoch && lives[i].creatorId == header.creatorId) {
                return lives[i];
            }
        }
        return null;
    }

    /** Whether an authentic frame of this life was heard. */
    public boolean has(FrameHeader header) {
        return find(header) != null;
    }

    /** Whether this control frame, or a later one of the same life, was heard. */
    public boolean isReplay(FrameHeader header) {
        Life life = find(header);
        return life != null && header.sequence <= life.number;
    }

    /** The control number of this node than which a proof must report a later one, for a node that has no place. */
    long minHeard(FrameHeader header, long ownNumber) {
        Life life = find(header);
        return life == null ? ownNumber : life.minHeard;
    }

    /** An authentic frame that says nothing of itself. */
    public void onPadding(FrameHeader header) {
        Life life = find(header);
        if (life != null) {
            life.number = Math.max(life.number, header.sequence);
        }
    }

    /**
     * A control frame was heard that begins no session.
     *
     * @param ownNumber the last control number of this node
     */
    void add(FrameHeader header, Control control, long ownNumber, long nowNanos) {
        Life life = find(header);
        if (life == null) {
            life = place();
            life.creatorId = header.creatorId;
            life.epoch = header.epoch;
            life.minHeard = ownNumber;
        }
        life.number = Math.max(life.number, header.sequence);
        life.heardNanos = nowNanos;
        if (control.heartbeat) {
            life.version = control.highestVersion;
        }
    }

    private Life place() {
        Life life = new Life();
        if (count < MOST) {
            lives[count++] = life;
            return life;
        }
        int oldest = 0;
        for (int i = 1; i < MOST; i++) {
            oldest = lives[i].heardNanos - lives[oldest].heardNanos < 0 ? i : oldest;
        }
        lives[oldest] = life;
        return life;
    }

    /** A session begins with this life. */
    void remove(FrameHeader header) {
        for (int i = 0; i < count; i++) {
            if (lives[i].epoch == header.epoch && lives[i].creatorId == header.creatorId) {
                lives[i] = lives[--count];
                return;
            }
        }
    }

    /** Reports those whose turn it is. */
    void report(Control control, long nowNanos) {
        for (int i = 0; i < REPORTED_AT_ONCE; i++) {
            Life next = next(nowNanos);
            if (next == null) {
                return;
            }
            control.addReport(next.creatorId, next.epoch, next.number, 0, 0, false);
            next.reported = true;
            next.reportedNanos = nowNanos;
        }
    }

    /** Which fresh one is to be reported next; null when there is none that this heartbeat has not. */
    private @Nullable Life next(long nowNanos) {
        Life next = null;
        for (int i = 0; i < count; i++) {
            Life life = lives[i];
            boolean done = life.reported && life.reportedNanos == nowNanos;
            if (!done && life.isFresh(nowNanos) && life.isBefore(next)) {
                next = life;
            }
        }
        return next;
    }

    /** The highest frame version that all understand who may begin a session now. */
    int commonVersion(long nowNanos) {
        int version = FrameHeader.HIGHEST_VERSION;
        for (int i = 0; i < count; i++) {
            if (lives[i].isFresh(nowNanos)) {
                version = Math.min(version, lives[i].version);
            }
        }
        return version;
    }
}
