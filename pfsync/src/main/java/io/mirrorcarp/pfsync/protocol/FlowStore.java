// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static io.mirrorcarp.pfsync.protocol.FlowSegments.SEGMENT_SLOTS;

import java.util.Arrays;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongArrayList;

/**
 * Some numbers for each flow hash, outside of the heap: 43 to 53 bytes a flow. Extendible hashing: bits of a hash choose a page in a directory, and a
 * page that is full is split in two, so no change takes time in proportion to the whole. A page has as many segments as its flows need, or the memory of all pages
 * would double together, since flows are spread evenly. Within its page a flow is found by linear probing.
 *
 * <p>A flow's numbers are read and written at the place that {@link #find} moved to last; a change of another flow makes it invalid.
 */
final class FlowStore {
    private static final int NOWHERE = -1;
    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;
    /** Segments of a page; one that is full is split. */
    private static final int MOST_SEGMENTS = 8;
    /** Flows for each segment, on average over a page; with more of them probing takes long. */
    private static final int MOST_IN_SEGMENT = 12;

    static final int MOST_IN_PAGE = MOST_SEGMENTS * MOST_IN_SEGMENT;
    /** Two halves with so few become one. */
    private static final int FEW_IN_PAGES = 72;
    /** A page gives a segment back when so many more flows would have room in what is left. */
    private static final int SPARE = 8;

    private static final int HOME_BITS = 16;
    private static final int HOME_MASK = (1 << HOME_BITS) - 1;

    private final FlowSegments slots = new FlowSegments();
    /** Page number by the first {@link #depth} bits of the hash. */
    private int[] directory;

    private int depth;
    /** Of each page {@value #MOST_SEGMENTS} numbers, of which the first {@link #widths} are those of its segments. */
    private int[] segments = new int[MOST_SEGMENTS];
    /** Of each page: how many segments it has, how many bits of the hash its flows have in common, and how many flows there are. */
    private byte[] widths = new byte[1];

    private byte[] depths = new byte[1];
    private byte[] counts = new byte[1];
    /** Pages that became part of another. */
    private final IntArrayList freePages = new IntArrayList();
    /** Pages from this one on were never taken. */
    private int freshPage;

    private int size;
    private int slot = NOWHERE;

    FlowStore() {
        directory = new int[] {take(0)};
        widen(directory[0], 1);
    }

    /** A page without segments. */
    private int take(int pageDepth) {
        int page = freePages.isEmpty() ? freshPage++ : freePages.popInt();
        if (page >= depths.length) {
            depths = Arrays.copyOf(depths, 2 * depths.length);
            counts = Arrays.copyOf(counts, depths.length);
            widths = Arrays.copyOf(widths, depths.length);
            segments = Arrays.copyOf(segments, MOST_SEGMENTS * depths.length);
        }
        depths[page] = (byte) pageDepth;
        counts[page] = 0;
        widths[page] = 0;
        return page;
    }

    /** Gives a page empty segments until it has so many. */
    private void widen(int page, int width) {
        for (int i = widths[page]; i < width; i++) {
            segments[page * MOST_SEGMENTS + i] = slots.take();
        }
        widths[page] = (byte) width;
    }

    private static int widthFor(int flows) {
        return Math.max(1, (flows + MOST_IN_SEGMENT - 1) / MOST_IN_SEGMENT);
    }

    /** Moves to a flow; false where it is not there. */
    boolean find(long hash) {
        int page = page(hash);
        int places = places(page);
        int place = home(hash, places);
        int each = slot(page, place);
        long entry = slots.entry(each);
        while (entry != 0 && slots.hash(each) != hash) {
            place = next(place, places);
            each = slot(page, place);
            entry = slots.entry(each);
        }
        slot = entry == 0 ? NOWHERE : each;
        return entry != 0;
    }

    /** Adds a flow that is not there, and moves to it. */
    void add(long hash, long entry) {
        while (counts[page(hash)] == MOST_IN_PAGE) {
            split(page(hash));
        }
        int page = page(hash);
        if (counts[page] == widths[page] * MOST_IN_SEGMENT) {
            rebuild(page, widths[page] + 1);
        }
        slot = place(page, hash);
        slots.setHash(slot, hash);
        slots.setEntry(slot, entry);
        size++;
    }

    /** Removes the flow of the present place, where there is none then. */
    void remove() {
        long hash = slots.hash(slot);
        int page = page(hash);
        close(page, hash);
        counts[page]--;
        size--;
        slot = NOWHERE;
        if (widths[page] > widthFor(counts[page] + SPARE)) {
            rebuild(page, widths[page] - 1);
        }
        if (counts[page] <= FEW_IN_PAGES / 2) {
            merge(page, hash);
        }
    }

    /** Empties a flow's place, and moves up what would not be found behind it. */
    private void close(int page, long hash) {
        int places = places(page);
        int hole = home(hash, places);
        while (slot(page, hole) != slot) {
            hole = next(hole, places);
        }
        int other = next(hole, places);
        while (!slots.isEmpty(slot(page, other))) {
            int fromHome = distance(home(slots.hash(slot(page, other)), places), other, places);
            if (distance(hole, other, places) <= fromHome) {
                slots.copy(slot(page, other), slot(page, hole));
                hole = other;
            }
            other = next(other, places);
        }
        slots.setEntry(slot(page, hole), 0);
    }

    private int page(long hash) {
        return directory[index(hash, depth)];
    }

    /** The first {@code bits} bits, at most 31, of the hash once it is spread: hashes that differ in their last bits only do not share all of them. */
    private static int index(long hash, int bits) {
        return (int) (((hash * SPREAD) >>> 1) >>> (Long.SIZE - 1 - bits));
    }

    private int places(int page) {
        return widths[page] * SEGMENT_SLOTS;
    }

    private int slot(int page, int place) {
        return segments[page * MOST_SEGMENTS + place / SEGMENT_SLOTS] * SEGMENT_SLOTS + place % SEGMENT_SLOTS;
    }

    private static int home(long hash, int places) {
        return (((int) hash & HOME_MASK) * places) >>> HOME_BITS;
    }

    private static int next(int place, int places) {
        return place + 1 == places ? 0 : place + 1;
    }

    private static int distance(int from, int to, int places) {
        return to >= from ? to - from : to - from + places;
    }

    /** Counts a flow in a page, and answers the slot for it. */
    private int place(int page, long hash) {
        int places = places(page);
        int place = home(hash, places);
        while (!slots.isEmpty(slot(page, place))) {
            place = next(place, places);
        }
        counts[page]++;
        return slot(page, place);
    }

    /** Gives a page another number of segments. */
    private void rebuild(int page, int width) {
        int old = take(depths[page]);
        exchange(page, old);
        widen(page, width);
        counts[page] = 0;
        moveAll(old, page, page);
        freePages.pushInt(old);
    }

    /** Gives the segments of a page to another, which has none. */
    private void exchange(int page, int other) {
        System.arraycopy(segments, page * MOST_SEGMENTS, segments, other * MOST_SEGMENTS, widths[page]);
        widths[other] = widths[page];
        widths[page] = 0;
    }

    /** Moves all flows of a page into two others, which may be one, by the bit of the hash that these have in common; then the page has no segments. */
    private void moveAll(int page, int low, int high) {
        for (int place = 0; place < places(page); place++) {
            int from = slot(page, place);
            if (!slots.isEmpty(from)) {
                long hash = slots.hash(from);
                int to = (index(hash, depths[high]) & 1) == 0 ? low : high;
                slots.copy(from, place(to, hash));
                slots.setEntry(from, 0);
            }
        }
        for (int i = 0; i < widths[page]; i++) {
            slots.giveBack(segments[page * MOST_SEGMENTS + i]);
        }
        widths[page] = 0;
    }

    private void split(int page) {
        int pageDepth = depths[page];
        if (pageDepth == depth) {
            int[] larger = new int[2 * directory.length];
            Arrays.setAll(larger, i -> directory[i >> 1]);
            directory = larger;
            depth++;
        }
        int inHigh = 0;
        int first = 0;
        for (int place = 0; place < places(page); place++) {
            int each = slot(page, place);
            if (!slots.isEmpty(each)) {
                inHigh += index(slots.hash(each), pageDepth + 1) & 1;
                first = index(slots.hash(each), pageDepth) << (depth - pageDepth);
            }
        }
        int low = take(pageDepth + 1);
        int high = take(pageDepth + 1);
        widen(low, widthFor(counts[page] - inHigh));
        widen(high, widthFor(inHigh));
        moveAll(page, low, high);
        int half = 1 << (depth - pageDepth - 1);
        Arrays.fill(directory, first, first + half, low);
        Arrays.fill(directory, first + half, first + 2 * half, high);
        freePages.pushInt(page);
    }

    /** Makes one page of two halves that have become nearly empty. */
    private void merge(int page, long hash) {
        int pageDepth = depths[page];
        if (pageDepth == 0) {
            return;
        }
        int other = directory[(index(hash, pageDepth) ^ 1) << (depth - pageDepth)];
        int together = counts[page] + counts[other];
        if (depths[other] != pageDepth || together > FEW_IN_PAGES) {
            return;
        }
        int both = take(pageDepth - 1);
        widen(both, widthFor(together));
        moveAll(page, both, both);
        moveAll(other, both, both);
        int first = index(hash, pageDepth - 1) << (depth - pageDepth + 1);
        Arrays.fill(directory, first, first + (1 << (depth - pageDepth + 1)), both);
        freePages.pushInt(page);
        freePages.pushInt(other);
    }

    /** How many flows there are. */
    int size() {
        return size;
    }

    /** Bytes outside of the heap that the flows take. */
    long usedBytes() {
        return slots.usedBytes();
    }

    /** Never 0. */
    long entry() {
        return slots.entry(slot);
    }

    void setEntry(long entry) {
        slots.setEntry(slot, entry);
    }

    long fingerprint() {
        return slots.fingerprint(slot);
    }

    int detail() {
        return slots.detail(slot);
    }

    void setContent(long fingerprint, int detail) {
        slots.setContent(slot, fingerprint, detail);
    }

    int deadline() {
        return slots.deadline(slot);
    }

    void setDeadline(int seconds) {
        slots.setDeadline(slot, seconds);
    }

    /** Replaces every entry. Takes time in proportion to the size. */
    void replaceAll(LongUnaryOperator replacement) {
        for (int i = 0; i < directory.length; i += span(i)) {
            for (int place = 0; place < places(directory[i]); place++) {
                int each = slot(directory[i], place);
                if (!slots.isEmpty(each)) {
                    slots.setEntry(each, replacement.applyAsLong(slots.entry(each)));
                }
            }
        }
    }

    /** The hashes of all flows with such an entry. Takes time in proportion to the size. */
    LongArrayList select(LongPredicate wanted) {
        LongArrayList selected = new LongArrayList();
        for (int i = 0; i < directory.length; i += span(i)) {
            for (int place = 0; place < places(directory[i]); place++) {
                int each = slot(directory[i], place);
                if (!slots.isEmpty(each) && wanted.test(slots.entry(each))) {
                    selected.addLong(slots.hash(each));
                }
            }
        }
        return selected;
    }

    /** How many places of the directory the page has that is at the {@code i}-th. */
    private int span(int i) {
        return 1 << (depth - depths[directory[i]]);
    }
}
