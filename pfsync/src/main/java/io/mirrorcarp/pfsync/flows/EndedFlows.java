// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.flows;

import org.agrona.collections.Long2LongHashMap;

/**
 * The flows that ended lately, and how often each had changed. Each peer's stream is in order, but two streams are not: what one peer
 * said of a flow before it knew that another ended it may come after the end, and must not bring the flow back to life. Remembered are the last
 * {@value #MOST}, for a minute or little longer.
 */
final class EndedFlows {
    /** What {@link #version(long)} answers for a flow that did not end lately. */
    static final long NONE = -1;

    private static final int MOST = 1 << 16;
    private static final int INITIAL_CAPACITY = 1 << 8;
    private static final float LOAD_FACTOR = 0.65f;
    private static final long LIFETIME_SECONDS = 60;
    private static final long SECOND_MASK = Integer.MAX_VALUE >>> 1;
    private static final long DELIBERATE = 1L << 62;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Version in the low half; in the high one the second of the end, and whether it was deliberate. */
    private final Long2LongHashMap ends = new Long2LongHashMap(INITIAL_CAPACITY, LOAD_FACTOR, NONE);
    /** A ring of hashes, in the order of the ends. */
    private long[] order = new long[INITIAL_CAPACITY];

    private int first;
    private int count;

    /**
     * A flow has ended.
     *
     * @param deliberate whether an administrator wanted it gone
     */
    void add(long hash, int version, boolean deliberate, long nowNanos) {
        forgetOld(nowNanos);
        if (count == MOST) {
            forgetFirst();
        } else if (count == order.length) {
            grow();
        }
        order[slot(count)] = hash;
        count++;
        ends.put(
                hash,
                (deliberate ? DELIBERATE : 0) | second(nowNanos) << Integer.SIZE | Integer.toUnsignedLong(version));
    }

    /** Whether a flow ended lately since an administrator wanted it gone. */
    boolean wasDeliberate(long hash) {
        long end = ends.get(hash);
        return end != NONE && (end & DELIBERATE) != 0;
    }

    /** How often a flow that ended lately had changed, unsigned, or {@link #NONE}. */
    long version(long hash) {
        long end = ends.get(hash);
        return end == NONE ? NONE : end & 0xffff_ffffL;
    }

    private void forgetOld(long nowNanos) {
        while (count > 0 && ageSeconds(ends.get(order[first]), nowNanos) >= LIFETIME_SECONDS) {
            forgetFirst();
        }
    }

    private static long ageSeconds(long end, long nowNanos) {
        return end == NONE ? LIFETIME_SECONDS : second(nowNanos) - (end >>> Integer.SIZE) & SECOND_MASK;
    }

    private void forgetFirst() {
        ends.remove(order[first]);
        first = slot(1);
        count--;
    }

    private void grow() {
        long[] larger = new long[2 * order.length];
        for (int i = 0; i < count; i++) {
            larger[i] = order[slot(i)];
        }
        order = larger;
        first = 0;
    }

    private int slot(int place) {
        return first + place & order.length - 1;
    }

    private static long second(long nowNanos) {
        return nowNanos / NANOS_PER_SECOND & SECOND_MASK;
    }
}
