// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.flows;

import static io.mirrorcarp.pfsync.flows.FlowPages.PAGE_SLOTS;

import java.util.Arrays;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import org.agrona.collections.LongArrayList;

/**
 * Some numbers for each flow hash, outside of the heap: 52 to 54 bytes a flow, and 2 for the directory. Extendible hashing: bits of a hash choose a page in a
 * directory, and a page that is full is split in two, so no flow is moved in proportion to the whole. Small pages fill at different times, however evenly the hashes are
 * spread; large ones would all be split at the same size of the table, and half of their memory would be empty then. Within its page a flow is found by linear probing.
 *
 * <p>A flow's numbers are read and written at the place that {@link #find} moved to last; a change of another flow makes it invalid.
 */
final class FlowStore {
    private static final int NOWHERE = -1;
    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;
    /** The most flows in a page. A full one is split before it takes another; two halves that have no more together become one. */
    private static final int MOST_IN_PAGE = 14;

    private static final int FEW_IN_PAGES = 8;

    private final FlowPages pages = new FlowPages();
    /** Page number by the first {@link #depth} bits of the hash. */
    private int[] directory;

    private int depth;
    /** Of each page: how many bits of the hash its flows have in common, and how many flows there are. */
    private byte[] depths = new byte[1];

    private byte[] counts = new byte[1];
    private int size;
    private int slot = NOWHERE;

    FlowStore() {
        directory = new int[] {take(0)};
    }

    private int take(int pageDepth) {
        int page = pages.take();
        if (page >= depths.length) {
            depths = Arrays.copyOf(depths, 2 * depths.length);
            counts = Arrays.copyOf(counts, depths.length);
        }
        depths[page] = (byte) pageDepth;
        counts[page] = 0;
        return page;
    }

    /** Moves to a flow; false where it is not there. */
    boolean find(long hash) {
        int base = page(hash) * PAGE_SLOTS;
        int place = home(hash);
        long entry = pages.entry(base + place);
        while (entry != 0 && pages.hash(base + place) != hash) {
            place = next(place);
            entry = pages.entry(base + place);
        }
        slot = entry == 0 ? NOWHERE : base + place;
        return entry != 0;
    }

    /** Adds a flow that is not there, and moves to it. */
    void add(long hash, long entry) {
        while (counts[page(hash)] == MOST_IN_PAGE) {
            split(page(hash));
        }
        slot = place(page(hash), hash);
        pages.setHash(slot, hash);
        pages.setEntry(slot, entry);
        size++;
    }

    /** Removes the flow of the present place, where there is none then. */
    void remove() {
        int page = slot / PAGE_SLOTS;
        long hash = pages.hash(slot);
        close(page, slot % PAGE_SLOTS);
        counts[page]--;
        size--;
        slot = NOWHERE;
        if (counts[page] <= FEW_IN_PAGES / 2) {
            merge(page, hash);
        }
    }

    /** Empties a place, and moves up what would not be found behind it. */
    private void close(int page, int place) {
        int base = page * PAGE_SLOTS;
        int hole = place;
        for (int other = next(hole); !pages.isEmpty(base + other); other = next(other)) {
            int fromHome = (other - home(pages.hash(base + other))) & (PAGE_SLOTS - 1);
            if (((other - hole) & (PAGE_SLOTS - 1)) <= fromHome) {
                pages.copy(base + other, base + hole);
                hole = other;
            }
        }
        pages.setEntry(base + hole, 0);
    }

    private int page(long hash) {
        return directory[index(hash, depth)];
    }

    /** The first {@code bits} bits, at most 31, of the hash once it is spread: hashes that differ in their last bits only do not share all of them. */
    private static int index(long hash, int bits) {
        return (int) (((hash * SPREAD) >>> 1) >>> (Long.SIZE - 1 - bits));
    }

    private static int home(long hash) {
        return (int) hash & (PAGE_SLOTS - 1);
    }

    private static int next(int place) {
        return (place + 1) & (PAGE_SLOTS - 1);
    }

    /** Counts a flow in a page, and answers the slot for it. */
    private int place(int page, long hash) {
        int place = home(hash);
        while (!pages.isEmpty(page * PAGE_SLOTS + place)) {
            place = next(place);
        }
        counts[page]++;
        return page * PAGE_SLOTS + place;
    }

    private void split(int page) {
        int pageDepth = depths[page];
        if (pageDepth == depth) {
            int[] larger = new int[2 * directory.length];
            Arrays.setAll(larger, i -> directory[i >> 1]);
            directory = larger;
            depth++;
        }
        int low = take(pageDepth + 1);
        int high = take(pageDepth + 1);
        int first = -1;
        for (int place = 0; place < PAGE_SLOTS; place++) {
            int from = page * PAGE_SLOTS + place;
            if (!pages.isEmpty(from)) {
                long hash = pages.hash(from);
                int to = (index(hash, pageDepth + 1) & 1) == 0 ? low : high;
                pages.copy(from, place(to, hash));
                pages.setEntry(from, 0);
                first = index(hash, pageDepth) << (depth - pageDepth);
            }
        }
        int half = 1 << (depth - pageDepth - 1);
        Arrays.fill(directory, first, first + half, low);
        Arrays.fill(directory, first + half, first + 2 * half, high);
        pages.giveBack(page);
    }

    /** Makes one page of two halves that have become nearly empty. */
    private void merge(int page, long hash) {
        int pageDepth = depths[page];
        if (pageDepth == 0) {
            return;
        }
        int other = directory[(index(hash, pageDepth) ^ 1) << (depth - pageDepth)];
        if (depths[other] != pageDepth || counts[page] + counts[other] > FEW_IN_PAGES) {
            return;
        }
        for (int place = 0; place < PAGE_SLOTS; place++) {
            int from = other * PAGE_SLOTS + place;
            if (!pages.isEmpty(from)) {
                pages.copy(from, place(page, pages.hash(from)));
                pages.setEntry(from, 0);
            }
        }
        depths[page]--;
        int first = index(hash, pageDepth - 1) << (depth - pageDepth + 1);
        Arrays.fill(directory, first, first + (1 << (depth - pageDepth + 1)), page);
        pages.giveBack(other);
    }

    /** How many flows there are. */
    int size() {
        return size;
    }

    /** Bytes of the pages. */
    long usedBytes() {
        return pages.usedBytes();
    }

    /** Never 0. */
    long entry() {
        return pages.entry(slot);
    }

    void setEntry(long entry) {
        pages.setEntry(slot, entry);
    }

    long fingerprint() {
        return pages.fingerprint(slot);
    }

    int detail() {
        return pages.detail(slot);
    }

    void setContent(long fingerprint, int detail) {
        pages.setContent(slot, fingerprint, detail);
    }

    int deadline() {
        return pages.deadline(slot);
    }

    void setDeadline(int seconds) {
        pages.setDeadline(slot, seconds);
    }

    /** Replaces every entry. Takes time in proportion to the size. */
    void replaceAll(LongUnaryOperator replacement) {
        for (int i = 0; i < directory.length; i += width(i)) {
            for (int place = 0; place < PAGE_SLOTS; place++) {
                int each = directory[i] * PAGE_SLOTS + place;
                if (!pages.isEmpty(each)) {
                    pages.setEntry(each, replacement.applyAsLong(pages.entry(each)));
                }
            }
        }
    }

    /** The hashes of all flows with such an entry. Takes time in proportion to the size. */
    LongArrayList select(LongPredicate wanted) {
        LongArrayList selected = new LongArrayList();
        for (int i = 0; i < directory.length; i += width(i)) {
            for (int place = 0; place < PAGE_SLOTS; place++) {
                int each = directory[i] * PAGE_SLOTS + place;
                if (!pages.isEmpty(each) && wanted.test(pages.entry(each))) {
                    selected.addLong(pages.hash(each));
                }
            }
        }
        return selected;
    }

    /** How many places of the directory the page has that is at the {@code i}-th. */
    private int width(int i) {
        return 1 << (depth - depths[directory[i]]);
    }
}
