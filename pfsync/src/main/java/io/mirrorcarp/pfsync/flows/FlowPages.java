// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.flows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The memory of a {@link FlowStore}: pages of {@value #PAGE_SLOTS} slots, outside of the heap. Pages that are given back are used again; the memory itself is
 * kept. A slot is named by its place among all: page number times {@value #PAGE_SLOTS}, plus its number in the page. Its {@value #SLOT_BYTES} bytes:
 *
 * <pre>
 *  0  hash
 *  8  entry; 0 in an empty slot
 * 16  fingerprint
 * 24  deadline in seconds
 * 28  detail
 * </pre>
 */
final class FlowPages {
    static final int PAGE_SLOTS = 16;
    static final int SLOT_BYTES = 32;

    private static final int ENTRY = 8;
    private static final int FINGERPRINT = 16;
    private static final int DEADLINE = 24;
    private static final int DETAIL = 28;
    /** 128 KB at once: memory is cleared when it is allocated, and flows wait for that, a millisecond for so much where pages are slow to come. */
    static final int CHUNK_PAGES = 256;

    private static final int CHUNK_SLOTS_SHIFT = Integer.numberOfTrailingZeros(CHUNK_PAGES * PAGE_SLOTS);
    private static final int CHUNK_SLOTS_MASK = CHUNK_PAGES * PAGE_SLOTS - 1;

    private ByteBuffer[] chunks = new ByteBuffer[0];
    /** Pages that were given back. */
    private int[] free = new int[CHUNK_PAGES];

    private int freeCount;
    /** Pages from this one on were never taken. */
    private int fresh;

    /** An empty page. */
    int take() {
        if (freeCount > 0) {
            freeCount--;
            return free[freeCount];
        }
        if (fresh == chunks.length * CHUNK_PAGES) {
            chunks = Arrays.copyOf(chunks, chunks.length + 1);
            chunks[chunks.length - 1] = ByteBuffer.allocateDirect(CHUNK_PAGES * PAGE_SLOTS * SLOT_BYTES)
                    .order(ByteOrder.nativeOrder());
        }
        return fresh++;
    }

    /** Takes a page back, all of whose slots are empty. */
    void giveBack(int page) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * free.length);
        }
        free[freeCount] = page;
        freeCount++;
    }

    /** Bytes of the pages that were taken and not given back. */
    long usedBytes() {
        return (long) (fresh - freeCount) * PAGE_SLOTS * SLOT_BYTES;
    }

    /** Bytes outside of the heap. */
    long bytes() {
        return (long) chunks.length * CHUNK_PAGES * PAGE_SLOTS * SLOT_BYTES;
    }

    private ByteBuffer chunk(int slot) {
        return chunks[slot >>> CHUNK_SLOTS_SHIFT];
    }

    private static int offset(int slot) {
        return (slot & CHUNK_SLOTS_MASK) * SLOT_BYTES;
    }

    boolean isEmpty(int slot) {
        return entry(slot) == 0;
    }

    void copy(int from, int to) {
        ByteBuffer source = chunk(from);
        ByteBuffer target = chunk(to);
        for (int i = 0; i < SLOT_BYTES; i += Long.BYTES) {
            target.putLong(offset(to) + i, source.getLong(offset(from) + i));
        }
    }

    long hash(int slot) {
        return chunk(slot).getLong(offset(slot));
    }

    void setHash(int slot, long hash) {
        chunk(slot).putLong(offset(slot), hash);
    }

    long entry(int slot) {
        return chunk(slot).getLong(offset(slot) + ENTRY);
    }

    /** @param entry 0 to empty the slot */
    void setEntry(int slot, long entry) {
        chunk(slot).putLong(offset(slot) + ENTRY, entry);
    }

    long fingerprint(int slot) {
        return chunk(slot).getLong(offset(slot) + FINGERPRINT);
    }

    int detail(int slot) {
        return chunk(slot).getInt(offset(slot) + DETAIL);
    }

    void setContent(int slot, long fingerprint, int detail) {
        chunk(slot).putLong(offset(slot) + FINGERPRINT, fingerprint);
        chunk(slot).putInt(offset(slot) + DETAIL, detail);
    }

    int deadline(int slot) {
        return chunk(slot).getInt(offset(slot) + DEADLINE);
    }

    void setDeadline(int slot, int seconds) {
        chunk(slot).putInt(offset(slot) + DEADLINE, seconds);
    }
}
