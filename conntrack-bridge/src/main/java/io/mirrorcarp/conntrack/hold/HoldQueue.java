// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold;

import java.util.Arrays;
import org.agrona.collections.Long2LongHashMap;

/**
 * Packets that wait for the state of their connection, which another node is telling of. Each waits {@value #HOLD_MILLIS} ms at most. Those of one connection are
 * released in their order.
 *
 * <p>What strangers send is bounded: so many packets wait at once, {@value #MOST_OF_ONE} of them for one connection; a connection that was waited for in vain is a stray for {@value #STRAY_MILLIS}
 * ms, and so is a source of which {@link SourceBudget#MOST} packets waited in vain within that time. A stray is told by one look into a table.
 *
 * <p>A tuple is known by a hash of 64 bits under a seed. Two that collide are released together, which costs one of them a second look of the kernel. Pure; for one thread.
 */
public final class HoldQueue {
    /** The longest wait. */
    public static final int HOLD_MILLIS = 20;

    static final int STRAY_MILLIS = 1_000;
    static final int MOST_OF_ONE = 64;

    /** How often packets of a connection come in again because of one change of its state. A packet that needs more is one that the kernel rejects in that state. */
    static final int MOST_ADMITTED = 16;

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long HOLD_NANOS = HOLD_MILLIS * NANOS_PER_MILLI;
    private static final long STRAY_NANOS = STRAY_MILLIS * NANOS_PER_MILLI;
    private static final int REMEMBERED = 1 << 13;
    private static final int NONE = -1;

    private final HoldActions actions;
    private final int[] packetIds;
    private final long[] tuples;
    private final long[] sources;
    private final long[] deadlines;
    /** Of the packets that wait, the one that came next and the one before it; of a free slot, the next free one. */
    private final int[] later;

    private final int[] earlier;
    /** The next packet of the same tuple. */
    private final int[] nextOfTuple;
    /** Of the first packet of a tuple: the last one, and how many there are. */
    private final int[] lastOfTuple;

    private final int[] countOfTuple;
    private final Long2LongHashMap firstOfTuple;
    private final TupleMemory states = new TupleMemory(REMEMBERED);
    private final TupleMemory strays = new TupleMemory(REMEMBERED);
    private final SourceBudget sourceBudget = new SourceBudget(STRAY_NANOS);
    private int oldest = NONE;
    private int youngest = NONE;
    private int free;
    private int waiting;
    private int slot = NONE;

    /**
     * @param capacity how many packets wait at most, at least 1
     * @param actions told of what becomes of them
     */
    public HoldQueue(int capacity, HoldActions actions) {
        this.actions = actions;
        packetIds = new int[capacity];
        tuples = new long[capacity];
        sources = new long[capacity];
        deadlines = new long[capacity];
        later = new int[capacity];
        earlier = new int[capacity];
        nextOfTuple = new int[capacity];
        lastOfTuple = new int[capacity];
        countOfTuple = new int[capacity];
        firstOfTuple = new Long2LongHashMap(2 * capacity, 0.55f, NONE);
        Arrays.setAll(later, i -> i + 1 < capacity ? i + 1 : NONE);
    }

    /**
     * A packet has no state.
     *
     * @param tuple the hash of its addresses and ports as it came
     * @param source the hash of where it came from
     */
    public HoldDecision onPacket(int packetId, long tuple, long source, long nowNanos) {
        if (states.use(tuple, MOST_ADMITTED, nowNanos)) {
            return HoldDecision.ADMIT;
        }
        if (strays.has(tuple, nowNanos)) {
            return HoldDecision.STRAY;
        }
        if (sourceBudget.isSpent(source, nowNanos)) {
            return HoldDecision.STRAY_SOURCE;
        }
        int first = (int) firstOfTuple.get(tuple);
        if (free == NONE || (first != NONE && countOfTuple[first] == MOST_OF_ONE)) {
            return HoldDecision.FULL;
        }
        hold(packetId, tuple, source, first, nowNanos);
        return HoldDecision.HOLD;
    }

    private void hold(int packetId, long tuple, long source, int first, long nowNanos) {
        slot = free;
        free = later[slot];
        packetIds[slot] = packetId;
        tuples[slot] = tuple;
        sources[slot] = source;
        deadlines[slot] = nowNanos + HOLD_NANOS;
        nextOfTuple[slot] = NONE;
        if (first == NONE) {
            firstOfTuple.put(tuple, slot);
            lastOfTuple[slot] = slot;
            countOfTuple[slot] = 1;
        } else {
            nextOfTuple[lastOfTuple[first]] = slot;
            lastOfTuple[first] = slot;
            countOfTuple[first]++;
        }
        append(slot);
        waiting++;
    }

    /** Where the packet of the last {@link HoldDecision#HOLD} is kept, from 0 to the capacity. */
    public int slot() {
        return slot;
    }

    /** How many packets wait. */
    public int waiting() {
        return waiting;
    }

    /** A connection was written into the kernel's table, or changed there, by a program: the hash of one of its two tuples. */
    public void onState(long tuple, long nowNanos) {
        states.remember(tuple, nowNanos + HOLD_NANOS);
        strays.forget(tuple);
        int first = (int) firstOfTuple.remove(tuple);
        for (int held = first; held != NONE; ) {
            int next = nextOfTuple[held];
            release(held);
            sourceBudget.earn(sources[held]);
            actions.admit(packetIds[held], held);
            held = next;
        }
    }

    /** It is not known which connections changed: all that wait are looked at again. */
    public void onStatesLost() {
        firstOfTuple.clear();
        while (oldest != NONE) {
            int held = oldest;
            release(held);
            actions.admit(packetIds[held], held);
        }
    }

    /** Gives up those that waited long enough; with {@link Long#MAX_VALUE} all. */
    public void onTime(long nowNanos) {
        while (oldest != NONE && deadlines[oldest] <= nowNanos) {
            int held = oldest;
            forgetFirst(held);
            if (nowNanos != Long.MAX_VALUE) {
                strays.remember(tuples[held], nowNanos + STRAY_NANOS);
                sourceBudget.spend(sources[held], nowNanos);
            }
            release(held);
            actions.giveUp(packetIds[held], held);
        }
    }

    /** When {@link #onTime} is due, or {@link Long#MAX_VALUE}. */
    public long nextDeadlineNanos() {
        return oldest == NONE ? Long.MAX_VALUE : deadlines[oldest];
    }

    /** The oldest of all is the first of its tuple. The one behind it takes its place. */
    private void forgetFirst(int held) {
        int next = nextOfTuple[held];
        if (next == NONE) {
            firstOfTuple.remove(tuples[held]);
        } else {
            firstOfTuple.put(tuples[held], next);
            lastOfTuple[next] = lastOfTuple[held];
            countOfTuple[next] = countOfTuple[held] - 1;
        }
    }

    private void append(int held) {
        earlier[held] = youngest;
        later[held] = NONE;
        if (youngest == NONE) {
            oldest = held;
        } else {
            later[youngest] = held;
        }
        youngest = held;
    }

    private void release(int held) {
        int before = earlier[held];
        int behind = later[held];
        if (before == NONE) {
            oldest = behind;
        } else {
            later[before] = behind;
        }
        if (behind == NONE) {
            youngest = before;
        } else {
            earlier[behind] = before;
        }
        later[held] = free;
        free = held;
        waiting--;
    }
}
