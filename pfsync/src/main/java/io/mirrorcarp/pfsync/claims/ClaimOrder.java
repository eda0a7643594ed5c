// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.pfsync.flows.FlowEntry;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.flows.FlowProgress;
import io.mirrorcarp.pfsync.message.Action;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.session.Peer;

/** Whose word of a flow counts: what a peer tells, or what is known here. */
final class ClaimOrder {
    private final FlowIndex index;
    private final Owners owners;
    private final int creatorId;

    ClaimOrder(ClaimParts parts) {
        index = parts.index();
        owners = parts.owners();
        creatorId = parts.session().settings().creatorId();
    }

    /**
     * The better claim owns the flow; of equal ones, which were made at the same time, that of the higher creator id. What a program made on a backup, or deleted
     * there, gives way to an equal one.
     */
    boolean yieldsTo(Change change, long hash, long entry, Peer peer) {
        int order = compare(change, hash, entry, peer);
        return order > 0 || (order == 0 && FlowEntry.isKnown(entry) && (isLocal(entry) || isOfHigherId(entry, peer)));
    }

    /** Whether no node knows more of a flow than that it is, or was, in this kernel. */
    private static boolean isLocal(long entry) {
        return FlowEntry.isOurs(entry) && !FlowEntry.isOwn(entry) && FlowEntry.isMissing(entry);
    }

    private boolean isOfHigherId(long entry, Peer peer) {
        return Integer.compareUnsigned(peer.creatorId(), owners.creatorId(FlowEntry.owner(entry))) > 0;
    }

    /**
     * How the sender's claim of a flow stands to what is known of it: above 0 where it is the better one, below 0 where it is the worse, 0 where both
     * are of one version. An absent owner only holds its flows. A flow that ended lately is claimed by its end.
     */
    int compare(Change change, long hash, long entry, Peer peer) {
        boolean copyOfOwn = change.copiedFrom == creatorId;
        if (entry == FlowEntry.ABSENT) {
            long ended = index.endedVersion(hash);
            if (ended == FlowIndex.NOT_ENDED) {
                return change.held && copyOfOwn ? -1 : 1;
            }
            return change.held ? -1 : Integer.compareUnsigned(change.version, (int) ended);
        }
        int owner = FlowEntry.owner(entry);
        if (owner == owners.of(peer) || FlowEntry.isDoomed(entry)) {
            return 1;
        }
        boolean absent = isAbsent(entry);
        if (change.held != (absent || FlowEntry.isHeld(entry))) {
            return change.held ? -1 : 1;
        }
        if (absent) {
            return isNewer(change, entry) ? 1 : -1;
        }
        boolean copyOfPeers = owner == FlowEntry.COPIED && owners.onlyPeer() == peer.creatorId();
        if (copyOfPeers != copyOfOwn) {
            return copyOfOwn ? -1 : 1;
        }
        return Integer.compareUnsigned(change.version, FlowEntry.version(entry));
    }

    /**
     * Whether a peer still has a flow that an administrator deleted lately, since it did not hear of that: it changes the flow, or names it in a bulk update under a
     * version that it had before. What begins anew is inserted, or has a far higher version where nobody listened.
     */
    boolean missedDeletion(Change change, long hash, long entry) {
        if (entry != FlowEntry.ABSENT || !index.wasDeliberate(hash)) {
            return false;
        }
        int anew = (int) index.endedVersion(hash) + Exporter.UNKNOWN_STEP;
        return change.action == Action.UPDATE
                || (change.action == Action.BULK && Integer.compareUnsigned(change.version, anew) < 0);
    }

    /** Whether the flow is a peer's that is not there. */
    boolean isAbsent(long entry) {
        return FlowEntry.isPeers(entry) && !owners.isLive(FlowEntry.owner(entry));
    }

    private static boolean isNewer(Change change, long entry) {
        return Integer.compareUnsigned(change.version, FlowEntry.version(entry)) > 0;
    }

    /** Whether a flow that is here is rather the absent owner's. Between a node that holds it and an absent owner the version decides, as in {@link #compare}. */
    boolean yieldsToAbsent(Change change, long entry, int absentOwner, Peer peer) {
        if (FlowEntry.isOurs(entry)) {
            return !FlowEntry.isOwn(entry) && Integer.compareUnsigned(change.version, FlowEntry.version(entry)) >= 0;
        }
        int owner = FlowEntry.owner(entry);
        return FlowEntry.isDoomed(entry)
                || owner == owners.of(peer)
                || (owner == absentOwner && isNewer(change, entry));
    }

    /**
     * Whether the sender has not seen how far a flow has come, which only this node can tell it: the flow is its own, or that of nobody who is there. A
     * version does not show that, since the claim of a node that missed a change counts more than the change. The owner is believed whatever
     * it says, and a flow that begins anew is another one. A state that the sender's kernel did not show is no state.
     */
    boolean isBehind(Change change, long entry, Peer peer) {
        if (!FlowEntry.isHere(entry) || FlowEntry.isDoomed(entry)) {
            return false;
        }
        int owner = FlowEntry.owner(entry);
        boolean anew = change.action == Action.INSERT && FlowProgress.beginsAnew(change.state);
        boolean comparable = FlowProgress.isOfOne(change.state) || (change.held && FlowEntry.isHeld(entry));
        return owner != owners.of(peer)
                && !owners.isLive(owner)
                && !anew
                && comparable
                && FlowProgress.isShown(change.state)
                && FlowProgress.isBehind(FlowProgress.of(change.state), FlowEntry.progress(entry));
    }

    /** Whether the sender of an older change is told this node's newer one. One that came further will be told by the sender; digests see to a bulk entry. */
    static boolean deservesAnswer(Change change, long entry) {
        return change.action != Action.BULK
                && FlowEntry.isOwn(entry)
                && !FlowProgress.isBehind(FlowEntry.progress(entry), FlowProgress.of(change.state));
    }
}
