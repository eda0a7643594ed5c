// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.ConntrackStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the flows that a flowtable forwards, in software or in hardware. The kernel tells of it in no event, so each dump counts anew. Such a flow is replicated, but
 * the kernel shows neither its timer nor the state of its protocol meanwhile.
 */
final class OffloadedFlows {
    private static final Logger LOG = LoggerFactory.getLogger("conntrack");

    private boolean told;
    private int seen;
    private volatile int count;

    /** A dump begins. */
    void beginDump() {
        seen = 0;
    }

    /** A dump shows an entry. */
    void onEntry(ConntrackEntry entry) {
        if ((entry.status & ConntrackStatus.OFFLOADED) == 0) {
            return;
        }
        seen++;
        if (!told) {
            told = true;
            LOG.warn("a flowtable forwards flows here: the kernel shows neither their state nor their timer, so"
                    + " peers have them as established, with an hour to live. They are counted as offloaded");
        }
    }

    /** The dump is complete. */
    void endDump() {
        count = seen;
    }

    /** How many the last complete dump showed; any thread may ask. */
    int count() {
        return count;
    }
}
