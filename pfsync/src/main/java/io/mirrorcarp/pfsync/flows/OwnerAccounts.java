// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.flows;

import static io.mirrorcarp.pfsync.flows.FlowEntry.COPIED;
import static io.mirrorcarp.pfsync.flows.FlowEntry.DOOMED;
import static io.mirrorcarp.pfsync.flows.FlowEntry.HELD;
import static io.mirrorcarp.pfsync.flows.FlowEntry.SELF;

/** How many flows each owner has, and the digest of those that are in the local kernel. What this node holds is in its own digest. */
final class OwnerAccounts {
    private static final int OWNERS = 256;

    private final boolean[] inUse = new boolean[OWNERS];
    private final int[] counts = new int[OWNERS];
    private final OwnerDigest[] digests = new OwnerDigest[OWNERS];

    OwnerAccounts() {
        for (int owner = SELF; owner <= DOOMED; owner++) {
            inUse[owner] = true;
            digests[owner] = new OwnerDigest();
        }
        digests[HELD] = digests[SELF];
        digests[COPIED] = digests[SELF];
    }

    int count(int owner) {
        return counts[owner];
    }

    OwnerDigest digest(int owner) {
        return digests[owner];
    }

    /** A flow is in the index. */
    void add(long entry, long fingerprint) {
        int owner = FlowEntry.owner(entry);
        counts[owner]++;
        if (!FlowEntry.isMissing(entry)) {
            digests[owner].add(FlowEntry.bucket(entry), FlowFingerprint.digest(fingerprint, FlowEntry.version(entry)));
        }
    }

    /** It is no longer, or is about to change. */
    void subtract(long entry, long fingerprint) {
        int owner = FlowEntry.owner(entry);
        counts[owner]--;
        if (!FlowEntry.isMissing(entry)) {
            digests[owner].subtract(
                    FlowEntry.bucket(entry), FlowFingerprint.digest(fingerprint, FlowEntry.version(entry)));
        }
    }

    /** All that one owner has is the other's. */
    void hand(int from, int to) {
        counts[to] += counts[from];
        counts[from] = 0;
        if (digests[to] != digests[from]) {
            digests[to].addAll(digests[from]);
            digests[from].clear();
        }
    }

    /** A number that nobody has. */
    int open() {
        for (int owner = DOOMED + 1; owner < OWNERS; owner++) {
            if (!inUse[owner]) {
                inUse[owner] = true;
                digests[owner] = new OwnerDigest();
                return owner;
            }
        }
        throw new IllegalStateException("more sessions than owners");
    }

    /** Nobody has this number any more, nor any flow. */
    void close(int owner) {
        inUse[owner] = false;
    }
}
