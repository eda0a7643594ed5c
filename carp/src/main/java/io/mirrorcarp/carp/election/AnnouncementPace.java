// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * When the frames that announce addresses leave a carpdev. A few go at once. Of many, one goes each {@link #SPACING_NANOS}: a switch that lets 50 ARP frames a second pass loses
 * none of them. Not thread-safe.
 */
public final class AnnouncementPace {
    /** How many leave at once. */
    public static final int BURST = 8;

    /** 40 frames a second: below a limit of 50, with room for other ARP. */
    public static final long SPACING_NANOS = 25_000_000;

    /** An address that changes its MAC is announced so often. */
    static final int NEW_MAC_REPEATS = 3;

    static final long NEW_MAC_SPACING_NANOS = 1_000_000_000;

    private static final class Waiting {
        private final String host;
        private final byte[] frame;
        private final long dueNanos;

        Waiting(String host, byte[] frame, long dueNanos) {
            this.host = host;
            this.frame = frame;
            this.dueNanos = dueNanos;
        }
    }

    private final List<Waiting> waiting = new ArrayList<>();
    private final List<byte[]> urgent = new ArrayList<>();
    private long urgentSinceNanos;
    private final Set<String> announced = new HashSet<>();
    private boolean pacing;
    private long notBeforeNanos = Long.MIN_VALUE;

    /**
     * Announces addresses that this node holds. The first time all leave at once: where nothing limits them, every neighbour knows within milliseconds. Of many, a paced announcement
     * follows without delay, for a switch that lost most of the first. Later ones are paced.
     *
     * @return whether it is the first time since the addresses were let go
     */
    public boolean announceHeld(String host, List<byte[]> frames, long nowNanos) {
        boolean first = announced.add(host);
        if (first) {
            urgentSinceNanos = nowNanos;
            urgent.addAll(frames);
            enqueue(host, frames.size() > BURST ? frames : List.of(), nowNanos);
        } else {
            announce(host, frames, nowNanos);
        }
        return first;
    }

    /** The addresses have another MAC: what waits says the wrong one. */
    public void announceNewMac(String host, List<byte[]> frames, long nowNanos) {
        drop(host);
        for (int i = 0; i < NEW_MAC_REPEATS; i++) {
            enqueue(host, frames, nowNanos + i * NEW_MAC_SPACING_NANOS);
        }
    }

    /**
     * Announces addresses of a virtual host. While frames of it that are due still wait, these are dropped: they would say the same.
     *
     * @param dueNanos when to begin
     */
    public void announce(String host, List<byte[]> frames, long dueNanos) {
        if (waiting.stream().noneMatch(one -> one.host.equals(host) && one.dueNanos <= dueNanos)) {
            enqueue(host, frames, dueNanos);
        }
    }

    private void enqueue(String host, List<byte[]> frames, long dueNanos) {
        frames.forEach(frame -> waiting.add(new Waiting(host, frame, dueNanos)));
    }

    /** The addresses are not here any more. */
    public void forget(String host) {
        announced.remove(host);
        drop(host);
    }

    private void drop(String host) {
        waiting.removeIf(one -> one.host.equals(host));
    }

    /** The frames to send now, in order. */
    public List<byte[]> take(long nowNanos) {
        List<byte[]> due = new ArrayList<>(urgent);
        urgent.clear();
        if (nowNanos < nextDeadlineNanos()) {
            return due;
        }
        pacing |= waiting.stream().filter(one -> one.dueNanos <= nowNanos).count() > BURST;
        int limit = due.size() + (pacing ? 1 : BURST);
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext() && due.size() < limit; ) {
            Waiting one = all.next();
            if (one.dueNanos <= nowNanos) {
                due.add(one.frame);
                all.remove();
            }
        }
        pacing &= !waiting.isEmpty();
        notBeforeNanos = nowNanos + SPACING_NANOS;
        return due;
    }

    /** When {@link #take} has something next, or {@link CarpInstance#NEVER}. */
    public long nextDeadlineNanos() {
        if (!urgent.isEmpty()) {
            return urgentSinceNanos;
        }
        long first = waiting.stream().mapToLong(one -> one.dueNanos).min().orElse(CarpInstance.NEVER);
        return pacing ? Math.max(first, notBeforeNanos) : first;
    }
}
