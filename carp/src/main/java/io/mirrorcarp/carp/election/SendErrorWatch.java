// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/**
 * Decides when sending counts as broken, and when as working again: after {@value #THRESHOLD} results of the kind in a row.
 *
 * <p>A node that is demoted for send errors becomes backup, sends no more advertisements, and would never learn that sending
 * works again. So while sending is broken and nothing is sent, it asks for a probe once a second.
 */
public final class SendErrorWatch {
    static final int THRESHOLD = 3;
    static final long PROBE_INTERVAL_NANOS = 1_000_000_000;

    /** What a result changed. */
    public enum Change {
        NONE,
        /** Demote the node. */
        BROKEN,
        /** Undo it. */
        REPAIRED
    }

    private boolean broken;
    private int inARow;
    private long probeAtNanos = CarpInstance.NEVER;

    /** The result of sending an advertisement or a probe. */
    public Change onResult(boolean sent, long nowNanos) {
        if (broken) {
            probeAtNanos = nowNanos + PROBE_INTERVAL_NANOS;
        }
        inARow = sent == broken ? inARow + 1 : 0;
        if (inARow < THRESHOLD) {
            return Change.NONE;
        }
        broken = !broken;
        inARow = 0;
        probeAtNanos = broken ? nowNanos + PROBE_INTERVAL_NANOS : CarpInstance.NEVER;
        return broken ? Change.BROKEN : Change.REPAIRED;
    }

    /** Whether to send a probe now and report its result. */
    public boolean onDeadline(long nowNanos) {
        if (nowNanos < probeAtNanos) {
            return false;
        }
        probeAtNanos = nowNanos + PROBE_INTERVAL_NANOS;
        return true;
    }

    /** When {@link #onDeadline} is next wanted, or {@link CarpInstance#NEVER}. */
    public long nextDeadlineNanos() {
        return probeAtNanos;
    }

    public boolean isBroken() {
        return broken;
    }
}
