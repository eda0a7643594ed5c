// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

/**
 * Makes later collections short, since adverts wait for them. A collection moves what stays to the old generation, and memory there that nothing touched before costs
 * 8 ms for each MB, by page faults; memory that was used before costs 1 ms. So once the node has started, before it has much to do, some of the old generation
 * is touched, and a full collection of 15 to 30 ms then leaves the garbage of the start behind: two thirds of the heap.
 */
final class HeapCare {
    /** What a node needs that begins to work: classes, and tables that grow with the flows. */
    private static final int TOUCHED_ARRAYS = 10;

    /** Above {@code -XX:PretenureSizeThreshold}, so that it is made in the old generation; touched at once, while no collection can begin. */
    private static final int ARRAY_BYTES = 1 << 20;

    private HeapCare() {}

    /** Does it in a thread of its own: an event loop would stand still for a tenth of a second. */
    static void begin() {
        Thread thread = new Thread(HeapCare::settle, "heap care");
        thread.setDaemon(true);
        thread.start();
    }

    private static void settle() {
        openLibraries();
        touch();
        System.gc();
    }

    /**
     * The JVM opens a library when it looks for a class in it first, and by then an upgrade may have replaced the file; one that is open stays as it was. A name
     * that is nowhere is looked for in all of them.
     */
    private static void openLibraries() {
        if (HeapCare.class.getResource("/nowhere") != null) {
            throw new IllegalStateException("a library has a file of this name, and those behind it are not open");
        }
    }

    /** A method of its own, so that the collection finds nothing left of the arrays. */
    private static void touch() {
        byte[][] touched = new byte[TOUCHED_ARRAYS][];
        for (int i = 0; i < touched.length; i++) {
            touched[i] = new byte[ARRAY_BYTES];
        }
    }
}
