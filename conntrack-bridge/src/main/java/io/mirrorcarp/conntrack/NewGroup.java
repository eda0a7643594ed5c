// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack;

/**
 * Whether to listen to the kernel's events of new flows ({@code NFNLGRP_CONNTRACK_NEW}). The kernel builds such an event, some 2.5 us, only while somebody listens. Where nearly
 * all of them would be dropped by the filter of the socket, it is better not built: those of TCP connections while {@link OpeningRate} is high, and those of the copies that this program
 * creates. Flows whose beginning is not heard are told by their first update: a TCP connection when it is established, another flow when it is answered. Of those that are never
 * answered the next dump tells.
 *
 * <p>What would be heard is looked at for {@value #SAMPLE_NANOS} ns every {@value #AWAY_NANOS} ns. Pure.
 */
public final class NewGroup {
    /** So many copies created in a second are reason enough. */
    static final int MANY_PER_SECOND = OpeningRate.HIGH_PER_SECOND;

    /** With fewer it is listened to again. */
    static final int FEW_PER_SECOND = OpeningRate.LOW_PER_SECOND;

    /** Of so many events and copies one beginning may be missed. */
    static final int MISSED_ONE_OF = 100;

    static final long WINDOW_NANOS = OpeningRate.WINDOW_NANOS;
    static final long AWAY_NANOS = 2_000_000_000;
    static final long SAMPLE_NANOS = 50_000_000;

    private static final double NANOS_PER_SECOND = 1e9;

    private boolean begun;
    private boolean listening = true;
    /** The last window, a long one, had next to no beginnings. */
    private boolean quiet;

    private boolean sampling;
    private long windowNanos;
    private long sampleNanos;
    private long createdBefore;
    private int beginnings;
    private int others;
    private boolean missed;

    /** The beginning of a flow was told. */
    public void onBeginning() {
        beginnings++;
    }

    /** Another event was told. */
    public void onOther() {
        others++;
        missed |= !listening;
    }

    /**
     * Whether to listen.
     *
     * @param dropped whether beginnings of TCP connections are dropped
     * @param created how many copies this program has created so far
     */
    public boolean listens(boolean dropped, long created, long nowNanos) {
        if (!begun) {
            begun = true;
            beginWindow(created, nowNanos);
        }
        long elapsedNanos = nowNanos - windowNanos;
        if (elapsedNanos >= (sampling ? SAMPLE_NANOS : WINDOW_NANOS)) {
            judge(dropped, created - createdBefore, elapsedNanos, nowNanos);
            beginWindow(created, nowNanos);
        }
        return listening;
    }

    private void beginWindow(long created, long nowNanos) {
        windowNanos = nowNanos;
        createdBefore = created;
        beginnings = 0;
        others = 0;
    }

    private void judge(boolean dropped, long created, long elapsedNanos, long nowNanos) {
        double perSecond = created * NANOS_PER_SECOND / elapsedNanos;
        boolean spared = dropped || perSecond >= (listening && !sampling ? MANY_PER_SECOND : FEW_PER_SECOND);
        boolean few = spared && (long) beginnings * MISSED_ONE_OF <= created + others;
        if (listening) {
            listening = !few || !(quiet || sampling);
            sampleNanos = nowNanos + AWAY_NANOS;
            sampling = false;
        } else if (!spared || nowNanos >= sampleNanos) {
            listening = true;
            sampling = spared;
        }
        quiet = few && listening;
    }

    /** Whether it is listened to again for good, after a time in which something else was told: true once. Flows may have begun then of which nothing was. */
    public boolean takeMissed() {
        boolean taken = missed && listening && !sampling;
        missed &= !taken;
        return taken;
    }
}
