// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/**
 * A link that counts as up or down only when it stayed so for a while, as the bonding driver's {@code updelay} and {@code downdelay} have it: so that a
 * flapping one does not move the addresses each time. The first word about it counts at once. Not thread-safe.
 */
public final class LinkDelay {
    private long upDelayNanos;
    private long downDelayNanos;
    private boolean told;
    private boolean up;
    private boolean counted;
    private long dueNanos = CarpInstance.NEVER;

    public LinkDelay(long upDelayNanos, long downDelayNanos) {
        this.upDelayNanos = upDelayNanos;
        this.downDelayNanos = downDelayNanos;
    }

    /** One that counts as down at first, so that a link which is there from the start waits for its delay too: it may not have been there for long. */
    static LinkDelay downAtFirst() {
        LinkDelay link = new LinkDelay(0, 0);
        link.onGone();
        return link;
    }

    /** Other delays, for the next change of the link. */
    void setDelays(long changedUpNanos, long changedDownNanos) {
        upDelayNanos = changedUpNanos;
        downDelayNanos = changedDownNanos;
    }

    /** The link is now up or down. */
    public void onLink(boolean nowUp, long nowNanos) {
        if (!told) {
            told = true;
            counted = nowUp;
        }
        if (nowUp != up || dueNanos == CarpInstance.NEVER) {
            up = nowUp;
            dueNanos = up == counted ? CarpInstance.NEVER : nowNanos + (up ? upDelayNanos : downDelayNanos);
        }
        onDeadline(nowNanos);
    }

    /** The interface is gone: it is down, without delay. */
    public void onGone() {
        told = true;
        up = false;
        counted = false;
        dueNanos = CarpInstance.NEVER;
    }

    /**
     * The time has come, or passed.
     *
     * @return whether it counts otherwise than before
     */
    public boolean onDeadline(long nowNanos) {
        if (nowNanos < dueNanos) {
            return false;
        }
        dueNanos = CarpInstance.NEVER;
        counted = up;
        return true;
    }

    /** When {@link #onDeadline} is wanted next, or {@link CarpInstance#NEVER}. */
    public long nextDeadlineNanos() {
        return dueNanos;
    }

    /** Whether it counts as up. */
    public boolean isUp() {
        return counted;
    }
}
