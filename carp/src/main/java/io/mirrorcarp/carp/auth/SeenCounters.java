// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The counters under which authentic advertisements of a vhid were heard, as the last {@value #MOST} ranges. A peer that counts, as this program, FreeBSD and ucarp beside others do, never uses one
 * twice: an advertisement with one that was used is a copy, however old. Not thread-safe.
 *
 * <p>A range says so only when {@value #PROVEN} counters were heard in it. OpenBSD has one counter for good, and FreeBSD, NetBSD and ucarp draw each at random while they hear nobody: nothing is
 * known by those.
 *
 * <p>Who sent it does not count: whoever repeats an advertisement chooses its source.
 */
final class SeenCounters {
    static final int MOST = 64;
    static final int PROVEN = 3;

    /** A peer that was silent for up to this many advertisements is still the same one. */
    static final long GAP = 64;

    private static final class Range {
        private final long first;
        private long last;
        private int heard = 1;
        private long usedAt;

        Range(long counter) {
            first = counter;
            last = counter;
        }

        boolean contains(long counter) {
            return Long.compareUnsigned(counter - first, last - first) <= 0;
        }

        boolean isContinuedBy(long counter) {
            return Long.compareUnsigned(counter - last - 1, GAP) < 0;
        }

        boolean isProven() {
            return heard >= PROVEN;
        }
    }

    private final @Nullable Range[] ranges = new @Nullable Range[MOST];
    private long uses;

    /** Whether a peer has used it already. */
    boolean isUsed(long counter) {
        for (Range range : ranges) {
            if (range != null && range.isProven() && range.contains(counter)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a peer that was heard may use it next. */
    boolean isContinued(long counter) {
        for (Range range : ranges) {
            if (range != null && range.isContinuedBy(counter)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is what a known peer may use next, or uses always. */
    boolean isExpected(long counter) {
        for (Range range : ranges) {
            if (range != null && (range.isContinuedBy(counter) || range.last == counter)) {
                return true;
            }
        }
        return false;
    }

    /** What {@link #isExpected} says yes to, of whoever was heard last first. */
    void expect(ExpectedCounters expected) {
        Arrays.stream(ranges)
                .filter(Objects::nonNull)
                .sorted(Comparator.comparingLong((Range range) -> range.usedAt).reversed())
                .forEach(range -> expected.addCounters(range.last, range.last + GAP));
    }

    /** An authentic advertisement with it was heard. */
    void heard(long counter) {
        for (Range range : ranges) {
            if (range != null && range.contains(counter)) {
                range.usedAt = ++uses;
                return;
            }
        }
        for (Range range : ranges) {
            if (range != null && range.isContinuedBy(counter)) {
                range.last = counter;
                range.heard++;
                range.usedAt = ++uses;
                return;
            }
        }
        Range made = new Range(counter);
        made.usedAt = ++uses;
        ranges[leastWorth()] = made;
    }

    /** A free place, or that of the range that says least: one that is not proven, and of those the one heard longest ago. */
    private int leastWorth() {
        int least = 0;
        for (int i = 0; i < MOST; i++) {
            Range range = ranges[i];
            if (range == null) {
                return i;
            }
            Range other = ranges[least];
            boolean less = other == null
                    || (range.isProven() == other.isProven() ? range.usedAt < other.usedAt : other.isProven());
            least = less ? i : least;
        }
        return least;
    }
}
