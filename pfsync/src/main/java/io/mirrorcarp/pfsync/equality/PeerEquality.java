// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.equality;

/** How far what a peer owns is known to be here. */
public final class PeerEquality {
    private final BulkWish wish = new BulkWish();
    private final DigestWatch watch = new DigestWatch();
    private boolean wasWhole;

    /** What is still wanted of the peer. */
    public BulkWish wish() {
        return wish;
    }

    DigestWatch watch() {
        return watch;
    }

    /** Whether all its flows were here once in this session. */
    public boolean wasWhole() {
        return wasWhole;
    }

    /** A session begins: nothing of the peer's table is known. */
    void begin(boolean hasDigests) {
        wasWhole = false;
        wish.begin(hasDigests);
        watch.begin();
    }

    /** The local table was flushed. */
    void onFlushed() {
        wasWhole = false;
    }

    /** What came is in the kernel; true when that fulfils the wish. */
    public boolean onImported() {
        if (!wish.onFlushed()) {
            return false;
        }
        watch.onProven();
        wasWhole = true;
        return true;
    }
}
