// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.entry.Attachment;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.FlowSieve;

/** Which flows peers are told of, where they were not before: those that are chosen, and that no process of this node is at an end of. */
final class Admission {
    private FlowSieve chosen;
    private final OwnAddresses own;
    private final UncarriedFlows uncarried;
    private final OffloadedFlows offloaded = new OffloadedFlows();
    private boolean helper;

    Admission(FlowSieve chosen, OwnAddresses own) {
        this.chosen = chosen;
        this.own = own;
        uncarried = new UncarriedFlows(own);
    }

    /** Those that no other node could carry on. */
    UncarriedFlows uncarried() {
        return uncarried;
    }

    /** Those that a flowtable forwards. */
    OffloadedFlows offloaded() {
        return offloaded;
    }

    /** From now on these are chosen. */
    void choose(FlowSieve nowChosen) {
        chosen = nowChosen;
    }

    /** Whether a flow that was asked about had a helper. */
    boolean sawHelper() {
        return helper;
    }

    boolean takes(ConntrackEntry entry) {
        helper |= entry.attachment.length != 0 && entry.attachment.has(Attachment.HELPER);
        return chosen.takes(entry) && !own.isEndOf(entry);
    }
}
