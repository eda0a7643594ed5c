// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.pfsync.message.Action;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.FlowEnd;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.pfsync.session.StreamSender;

/**
 * Changes of the local kernel that wait for the end of the burst, in order. What a burst says of one flow becomes one change: an insert
 * takes the content of the updates behind it, and an insert and the delete behind it vanish together. Changes with two attachments stay two.
 */
final class PendingChanges {
    private static final int RECENT = 1024;

    private final Change[] changes;
    private final long[] hashes;
    private final boolean[] dropped;
    /** Whether peers cannot know the flow of an insert, so that a delete right behind it need not be told. */
    private final boolean[] unknownToPeers;
    /** Where a flow's last change is, by the low bits of its hash; a stale place is noticed by its hash. */
    private final int[] recent = new int[RECENT];

    /** How many changes each has taken in. */
    private final int[] merged;

    private int maxMerged;
    private int count;
    private boolean overdue;

    /** @param maxMerged when a change has taken in so many updates of its flow, {@link #isOverdue()}: pfsync's maxupd */
    PendingChanges(int capacity, int maxMerged) {
        this.maxMerged = maxMerged;
        merged = new int[capacity];
        changes = new Change[capacity];
        hashes = new long[capacity];
        dropped = new boolean[capacity];
        unknownToPeers = new boolean[capacity];
        for (int i = 0; i < capacity; i++) {
            changes[i] = new Change();
        }
    }

    /** The same limit from now on, also for the changes that wait. */
    void mergeAtMost(int updates) {
        maxMerged = updates;
    }

    boolean isFull() {
        return count == changes.length;
    }

    /** Whether a flow has changed so often that the others shall not wait any longer. */
    boolean isOverdue() {
        return overdue;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /**
     * Adds a change, where {@link #isFull()} is false.
     *
     * @param fresh for an insert: peers cannot know the flow
     * @param end for a delete: how it ended
     * @return whether it was merged into one that waits already
     */
    boolean add(Action action, StateRecord state, int version, long hash, boolean fresh, FlowEnd end) {
        int place = recent[(int) hash & (RECENT - 1)];
        if (place < count && hashes[place] == hash && !dropped[place] && merge(place, action, state, version, end)) {
            merged[place]++;
            overdue |= merged[place] >= maxMerged;
            return true;
        }
        overdue |= maxMerged == 0;
        merged[count] = 0;
        Change change = changes[count];
        change.action = action;
        change.version = version;
        setEnd(change, end);
        change.state.copyFrom(state);
        hashes[count] = hash;
        dropped[count] = false;
        unknownToPeers[count] = action == Action.INSERT && fresh;
        recent[(int) hash & (RECENT - 1)] = count;
        count++;
        return false;
    }

    private boolean merge(int place, Action action, StateRecord state, int version, FlowEnd end) {
        Change waiting = changes[place];
        if (waiting.action == Action.DELETE) {
            return false;
        }
        if (action == Action.DELETE && unknownToPeers[place]) {
            dropped[place] = true;
            return true;
        }
        if (action == Action.DELETE) {
            waiting.action = Action.DELETE;
        }
        if (action != Action.DELETE && waiting.state.attachesOther(state)) {
            return false;
        }
        waiting.version = version;
        setEnd(waiting, end);
        waiting.state.update(state);
        return true;
    }

    private static void setEnd(Change change, FlowEnd end) {
        change.expired = end == FlowEnd.EXPIRED || end == FlowEnd.DELETED_ON_BACKUP;
        change.evicted = end == FlowEnd.EVICTED || end == FlowEnd.DELETED_ON_BACKUP;
        change.deliberate = end == FlowEnd.DELETED;
    }

    /** Gives all changes to the stream and forgets them. */
    void drainTo(StreamSender stream, long nowNanos) {
        for (int i = 0; i < count; i++) {
            if (!dropped[i]) {
                stream.append(changes[i], nowNanos);
            }
        }
        count = 0;
        overdue = false;
    }
}
