// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.pfsync.flows.FlowEntry;
import io.mirrorcarp.pfsync.flows.FlowHash;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.message.Action;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.FlowEnd;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.pfsync.session.Peer;
import io.mirrorcarp.pfsync.session.PeerTable;

/** What a peer is told whose change was refused, or whose question is denied: nobody else may tell it. */
final class Answers {
    /** The most seconds of a timer that count. */
    private static final long MOST_FRESHNESS = 4_095;

    private final FlowIndex index;
    private final FlowHash flowHash;
    private final PeerTable peers;
    private final Owners owners;
    private final Exporter exporter;
    private final Change orphan = new Change();

    Answers(ClaimParts parts, Exporter exporter) {
        index = parts.index();
        flowHash = parts.flowHash();
        peers = parts.session().peers();
        owners = parts.owners();
        this.exporter = exporter;
    }

    /**
     * A copy whose owner has seen no packet for long is in use here. Where several nodes saw some, the timer tells who saw the last one, and that
     * claim is the better one.
     *
     * @param asked the version under which its end was told
     */
    void inUse(StateRecord state, int asked, long nowNanos) {
        long hash = flowHash.of(state.original, state.zone);
        int freshness = (int) Math.min(state.timeoutSeconds, MOST_FRESHNESS);
        int version = versionAbove(hash, index.get(hash), asked) + freshness;
        index.forgetTimeout(hash);
        exporter.tell(state, hash, version, nowNanos);
    }

    /**
     * A master keeps a flow of which it has seen no packet. A node where packets were seen has the better claim, also where this node holds the flow.
     *
     * @param asked the version under which its end was told
     */
    void kept(StateRecord state, int asked, long nowNanos) {
        long hash = flowHash.of(state.original, state.zone);
        int known = FlowEntry.version(index.get(hash));
        int higher = Integer.compareUnsigned(known, asked) > 0 ? known : asked;
        exporter.tell(state, hash, higher + Exporter.CLAIM_STEP, nowNanos);
    }

    /**
     * A peer has a flow that ended lately: tells it so, whoever ended it. What an administrator deleted ends under a version that is above the refused one too.
     *
     * @param refused the version that the peer told
     */
    void ended(StateRecord state, long hash, int refused, long nowNanos) {
        int version = (int) index.endedVersion(hash) + 1;
        if (!index.wasDeliberate(hash)) {
            exporter.tellEnd(state, hash, version, nowNanos);
            return;
        }
        int above = Integer.compareUnsigned(version, refused) > 0 ? version : refused + 1;
        exporter.end(state, hash, above, FlowEnd.DELETED, nowNanos);
    }

    /**
     * A peer told less of a flow than is known here: tells it what the local kernel has, under a version that is above both.
     *
     * @param refused the version that the peer told
     */
    void newer(StateRecord state, long hash, long entry, int refused, long nowNanos) {
        exporter.tell(state, hash, versionAbove(hash, entry, refused), nowNanos);
    }

    /** The next version of a flow that is here, and above another that was told of it. */
    private int versionAbove(long hash, long entry, int told) {
        int version = FlowEntry.version(entry);
        int next = exporter.nextVersion(hash, entry);
        return Integer.compareUnsigned(version, told) > 0 ? next : told + Math.max(next - version, Exporter.CLAIM_STEP);
    }

    /** A peer holds a flow of an absent owner: tells it whose it is. */
    void orphan(StateRecord state, int version, Peer owner, long nowNanos) {
        if (exporter.isOpen() && peers.allHaveDigests()) {
            orphan.clear();
            orphan.action = Action.UPDATE;
            orphan.orphan = true;
            orphan.absentOwner = owner.creatorId();
            orphan.absentTable = owners.table(owner);
            orphan.untouched = true;
            orphan.version = version;
            orphan.state.copyFrom(state);
            exporter.tellOrphan(orphan, nowNanos);
        }
    }
}
