// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.pfsync.StateTable;
import io.mirrorcarp.pfsync.flows.FlowEntry;
import io.mirrorcarp.pfsync.flows.FlowHash;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.flows.FlowProgress;
import io.mirrorcarp.pfsync.message.RefusedImport;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import org.agrona.collections.LongHashSet;

/**
 * What the local table did not take. It is missing here, and the digests say so. Where another flow has its translated addresses and ports only one of the
 * two can be, and every node finds the same one: that of the same owner who told of it last, else the one worth more, else the one that somebody claims, else that
 * of the higher creator id.
 */
final class RefusedImports {
    private final FlowIndex index;
    private final FlowHash flowHash;
    private final StateTable table;
    private final Owners owners;
    private final Exporter exporter;
    private final CounterSet<PfsyncCounter> counters;
    private final RefusedImport refused = new RefusedImport();
    /** What gave way since {@link #settle(long)} began: it was still there when later changes of the flow that takes its place were refused. */
    private final LongHashSet beaten = new LongHashSet();

    RefusedImports(ClaimParts parts, Exporter exporter) {
        index = parts.index();
        owners = parts.owners();
        counters = parts.session().counters();
        flowHash = parts.flowHash();
        table = parts.table();
        this.exporter = exporter;
    }

    /** Deals with what was refused by the last flush, and flushes what that leads to. */
    void settle(long nowNanos) {
        boolean changed = false;
        while (table.takeRefused(refused)) {
            changed |= settleOne(nowNanos);
        }
        if (changed) {
            table.flush();
            while (table.takeRefused(refused)) {
                giveUp();
            }
            beaten.clear();
        }
    }

    private void giveUp() {
        StateRecord wanted = refused.wanted;
        index.markMissing(flowHash.of(wanted.original, wanted.zone));
    }

    /** Whether there is something to flush. */
    private boolean settleOne(long nowNanos) {
        StateRecord wanted = refused.wanted;
        StateRecord occupant = refused.occupant;
        long hash = flowHash.of(wanted.original, wanted.zone);
        long occupantHash = flowHash.of(occupant.original, occupant.zone);
        boolean possible = refused.occupied && index.get(hash) != FlowEntry.ABSENT;
        if (possible && beaten.contains(occupantHash)) {
            table.insert(wanted);
            return true;
        }
        if (!possible || !isBetter(hash, occupantHash)) {
            giveUp();
            return false;
        }
        beaten.add(occupantHash);
        counters.increment(PfsyncCounter.CLASHES);
        long lost = index.get(occupantHash);
        if (FlowEntry.isOurs(lost)) {
            exporter.giveUp(occupant, occupantHash, FlowEntry.version(lost), nowNanos);
        } else {
            index.markMissing(occupantHash);
        }
        table.delete(occupant);
        table.insert(wanted);
        // An earlier change of it may have been worth less.
        index.markPresent(hash);
        return true;
    }

    private boolean isBetter(long hash, long occupantHash) {
        long occupant = index.get(occupantHash);
        if (occupant == FlowEntry.ABSENT) {
            return false;
        }
        int owner = FlowEntry.owner(index.get(hash));
        int occupantOwner = FlowEntry.owner(occupant);
        if (occupantOwner == FlowEntry.DOOMED || occupantOwner == owner) {
            return true;
        }
        int worth = FlowProgress.worth(refused.wanted) - FlowProgress.worth(refused.occupant);
        if (worth != 0) {
            return worth > 0;
        }
        boolean held = FlowEntry.isHeld(index.get(hash));
        return held != FlowEntry.isHeld(occupant)
                ? !held
                : Integer.compareUnsigned(owners.creatorId(owner), owners.creatorId(occupantOwner)) > 0;
    }
}
