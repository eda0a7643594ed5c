// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

/**
 * Notices that somebody floods a carpdev with frames which nobody with the passphrase sent, and says what share of those whose counter nobody expects is still to be looked at. Each costs time on the thread of the
 * election, and the kernel cannot deliver advertisements on a processor which that thread takes for itself. Not thread-safe.
 */
public final class FloodGate {
    /** What is looked at in a second while it is a flood: more than {@link VerificationBudget#PER_SECOND} would not be verified. */
    static final int LOOKED_AT_PER_SECOND = 500;

    /** A flood begins at this many within a tenth of a second. */
    static final int FLOOD = 200;

    /** Less in a second is none any more. */
    static final int CALM_PER_SECOND = 1_000;

    private static final long BEGIN_NANOS = 100_000_000;
    private static final long LOOK_NANOS = 1_000_000_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long NEVER = Long.MAX_VALUE;

    private double share = 1;
    private long sinceNanos;
    private long refused;
    private boolean counting;
    private long floods;
    private long perSecond;

    /**
     * A frame was refused.
     *
     * @return whether the share has changed
     */
    public boolean onRefused(long nowNanos) {
        if (!isOn() && (!counting || nowNanos - sinceNanos >= BEGIN_NANOS)) {
            counting = true;
            sinceNanos = nowNanos;
            refused = 0;
        }
        refused++;
        if (!isOn() && refused >= FLOOD) {
            floods++;
            return look(nowNanos);
        }
        return isOn() && refused >= 4L * LOOKED_AT_PER_SECOND && look(nowNanos);
    }

    /**
     * The time of {@link #nextDeadlineNanos} has come, or not.
     *
     * @return whether the share is to be applied anew: it may be another, and so may be what is expected
     */
    public boolean onDeadline(long nowNanos) {
        return isOn() && nowNanos - sinceNanos >= LOOK_NANOS && look(nowNanos);
    }

    private boolean look(long nowNanos) {
        double seconds = Math.max(1, nowNanos - sinceNanos) / NANOS_PER_SECOND;
        perSecond = Math.round(refused / share / seconds);
        share = isOn() && perSecond < CALM_PER_SECOND ? 1 : Math.min(1, LOOKED_AT_PER_SECOND / (double) perSecond);
        sinceNanos = nowNanos;
        refused = 0;
        counting = isOn();
        return true;
    }

    /** When {@link #onDeadline} is next wanted, or {@link Long#MAX_VALUE}. */
    public long nextDeadlineNanos() {
        return isOn() ? sinceNanos + LOOK_NANOS : NEVER;
    }

    /** Of frames with an unexpected counter, how many are to be looked at: 1 for all, never 0. */
    public double share() {
        return share;
    }

    /** Whether there is a flood. */
    public boolean isOn() {
        return share < 1;
    }

    /** How many there were so far. */
    public long floods() {
        return floods;
    }

    /** Frames a second, roughly, at the last look. */
    public long perSecond() {
        return perSecond;
    }
}
