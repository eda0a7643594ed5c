// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Which counters peers may send next, by the upper 32 of their 64 bits: a filter in the kernel can tell by these which advertisements of a flood may be genuine. Not thread-safe.
 */
public final class ExpectedCounters {
    /** How many ranges are kept. A sender whose counters are outside all of them is unknown. */
    public static final int MOST = 24;

    private static final int LOWER_BITS = 32;

    /**
     * Upper halves, as unsigned numbers.
     *
     * @param last at least {@code first}
     */
    public record Range(int first, int last) {}

    private final List<Range> others = new ArrayList<>();
    private long lowest = Long.MAX_VALUE;
    private long highest;

    /** Nodes of this program may send these sequences. The windows of all virtual hosts become one. */
    void addSequences(long first, long last) {
        lowest = Math.min(lowest, Math.max(0, first));
        highest = Math.max(highest, Math.min(last, ProvenCounter.LAST_SEQUENCE));
    }

    /** Somebody else counts here. */
    void addCounters(long first, long last) {
        int from = upper(first);
        int to = upper(last);
        if (Integer.compareUnsigned(from, to) <= 0) {
            add(new Range(from, to));
        } else {
            // It goes on from zero.
            add(new Range(from, -1));
            add(new Range(0, to));
        }
    }

    /** A VRRP advertisement has its first address where one of CARP has its counter. */
    public void addFirstAddress(InetAddress address) {
        int word = ByteBuffer.wrap(address.getAddress()).getInt();
        add(new Range(word, word));
    }

    private void add(Range range) {
        if (others.size() < MOST - 1 && !others.contains(range)) {
            others.add(range);
        }
    }

    private static int upper(long counter) {
        return (int) (counter >>> LOWER_BITS);
    }

    /** At most {@value #MOST}. */
    public List<Range> ranges() {
        List<Range> ranges = new ArrayList<>();
        if (lowest <= highest) {
            ranges.add(new Range(upper(ProvenCounter.firstOf(lowest)), upper(ProvenCounter.firstOf(highest))));
        }
        ranges.addAll(others);
        return ranges;
    }
}
