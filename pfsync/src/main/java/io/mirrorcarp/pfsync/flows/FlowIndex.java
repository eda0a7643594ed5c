// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.flows;

import static io.mirrorcarp.pfsync.flows.FlowEntry.ABSENT;
import static io.mirrorcarp.pfsync.flows.FlowEntry.COPIED;
import static io.mirrorcarp.pfsync.flows.FlowEntry.DOOMED;
import static io.mirrorcarp.pfsync.flows.FlowEntry.FOUND;
import static io.mirrorcarp.pfsync.flows.FlowEntry.HELD;
import static io.mirrorcarp.pfsync.flows.FlowEntry.HELD_BIT;
import static io.mirrorcarp.pfsync.flows.FlowEntry.MISSING;
import static io.mirrorcarp.pfsync.flows.FlowEntry.OWNER_MASK;
import static io.mirrorcarp.pfsync.flows.FlowEntry.SELF;
import static io.mirrorcarp.pfsync.flows.FlowEntry.SIGHTINGS;
import static io.mirrorcarp.pfsync.flows.FlowEntry.SIGHTING_MASK;
import static io.mirrorcarp.pfsync.flows.FlowEntry.SIGHTING_SHIFT;
import static io.mirrorcarp.pfsync.flows.FlowEntry.UNNAMED;
import static io.mirrorcarp.pfsync.flows.FlowEntry.VERSION_MASK;
import static io.mirrorcarp.pfsync.flows.FlowEntry.bucket;
import static io.mirrorcarp.pfsync.flows.FlowEntry.isFound;
import static io.mirrorcarp.pfsync.flows.FlowEntry.isMissing;
import static io.mirrorcarp.pfsync.flows.FlowEntry.isUnnamed;
import static io.mirrorcarp.pfsync.flows.FlowEntry.owner;
import static io.mirrorcarp.pfsync.flows.FlowEntry.version;

import io.mirrorcarp.pfsync.message.BucketSet;
import io.mirrorcarp.pfsync.message.StateRecord;
import org.agrona.collections.LongArrayList;

/**
 * Who owns each flow, how often it changed, and what its content was, with nothing on the heap per flow. An owner is this
 * node or a node that is known: there or absent. What each owner has is summed up in digests, which every change of the index keeps up.
 *
 * <p>A copy that the local kernel gave up before its owner ended the flow stays in the index as missing, so that a flow which begins anew
 * under the same tuple counts on from the version that the owner knows. It is in no digest.
 *
 * <p>What an owner must name anew to keep is <em>unnamed</em> until it does: see {@link #unname}. What it did not name is <em>doomed</em>: it waits
 * only for a dump of the local table, which tells its tuple.
 */
public final class FlowIndex {
    /** What {@link #endedVersion(long)} answers for a flow that did not end lately. */
    public static final long NOT_ENDED = EndedFlows.NONE;

    private static final int NO_DEADLINE = -1;
    /** In place of a deadline: the flow is known, and kept out of the local kernel on purpose. */
    private static final int WITHHELD = -2;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** The kernel's clock ticks and this one differ, and both are read in whole seconds. */
    private static final long SLACK_SECONDS = 2;

    private final FlowStore flows = new FlowStore();
    private final EndedFlows ended = new EndedFlows();
    private final OwnerAccounts accounts = new OwnerAccounts();
    /** Counts the sweeps; see {@link #isSighted(long)}. */
    private int sweep;

    /** The entry of a flow, or {@link FlowEntry#ABSENT}. */
    public long get(long hash) {
        return flows.find(hash) ? flows.entry() : ABSENT;
    }

    /** How many flows an owner has. */
    public int count(int owner) {
        return accounts.count(owner);
    }

    /** How many flows there are. */
    public int size() {
        return flows.size();
    }

    /** How many flows this node owns, with those that it holds. */
    public int ownCount() {
        return accounts.count(SELF) + accounts.count(HELD) + accounts.count(COPIED);
    }

    /** The digest of what an owner has. What this node holds is in its own digest. */
    public OwnerDigest digest(int owner) {
        return accounts.digest(owner);
    }

    /** Whether the local kernel shows of a flow that is there what it should, as far as events would tell of a change. */
    public boolean hasDetail(long hash, StateRecord state) {
        return flows.find(hash) && flows.detail() == FlowFingerprint.detail(state);
    }

    /** The content of a flow that is there, as of its last change; see {@link FlowFingerprint#of}. */
    public long fingerprint(long hash) {
        return flows.find(hash) ? flows.fingerprint() : 0;
    }

    /** Notes who owns a flow, and its content. */
    public void put(long hash, StateRecord state, int owner, int version) {
        put(hash, state, owner, version, false);
    }

    /**
     * Notes who owns a flow, and its content.
     *
     * @param held whether the owner, a peer, only holds it
     */
    public void put(long hash, StateRecord state, int owner, int version, boolean held) {
        long key = FlowFingerprint.ofKey(state);
        long fingerprint = FlowFingerprint.of(key, state);
        long entry = FlowEntry.of(state, owner, version, held, FlowFingerprint.bucketOf(key), sweep);
        if (flows.find(hash)) {
            accounts.subtract(flows.entry(), flows.fingerprint());
            flows.setEntry(entry);
        } else {
            flows.add(hash, entry);
        }
        flows.setContent(fingerprint, FlowFingerprint.detail(state));
        flows.setDeadline(NO_DEADLINE);
        accounts.add(entry, fingerprint);
    }

    /** Notes that a flow is this node's, and what its kernel has of it. What is known of its timer stays. */
    public void claim(long hash, StateRecord state, int version) {
        int deadline = deadline(hash);
        long found = flows.find(hash) ? flows.entry() & FOUND : 0;
        put(hash, state, SELF, version);
        flows.setEntry(flows.entry() | found);
        flows.setDeadline(deadline);
    }

    /** Notes whose a flow is that is there, and whose content is known to be as before. */
    public void assign(long hash, int owner, int version, boolean held) {
        if (flows.find(hash)) {
            long kept = flows.entry() & ~(OWNER_MASK | VERSION_MASK | MISSING | UNNAMED | HELD_BIT | SIGHTING_MASK);
            replace(kept
                    | FlowEntry.ownedBy(owner)
                    | Integer.toUnsignedLong(version)
                    | (held ? HELD_BIT : 0)
                    | (long) sweep << SIGHTING_SHIFT);
        }
    }

    /** Notes that the local kernel does not have a copy whose owner is still there, and forgets one whose owner no longer has it. */
    public void markMissing(long hash) {
        if (flows.find(hash)) {
            if (owner(flows.entry()) == DOOMED) {
                remove(hash);
            } else {
                replace(flows.entry() | MISSING);
            }
        }
    }

    /** Notes that the local kernel has, or is about to have, a copy that was missing. */
    public void markPresent(long hash) {
        if (flows.find(hash)) {
            replace(flows.entry() & ~MISSING);
        }
    }

    /** Replaces the entry of the flow that was found last. */
    private void replace(long entry) {
        long fingerprint = flows.fingerprint();
        accounts.subtract(flows.entry(), fingerprint);
        flows.setEntry(entry);
        accounts.add(entry, fingerprint);
    }

    /** Notes what the local kernel has of a flow that is there, whatever its owner told. */
    public void setContent(long hash, StateRecord state) {
        if (flows.find(hash)) {
            accounts.subtract(flows.entry(), flows.fingerprint());
            flows.setContent(FlowFingerprint.of(state), FlowFingerprint.detail(state));
            accounts.add(flows.entry(), flows.fingerprint());
        }
    }

    /** Counts a flow that is there as one that has changed so many times more. */
    public void raise(long hash, int changes) {
        if (flows.find(hash)) {
            long entry = flows.entry();
            replace((entry & ~VERSION_MASK) | Integer.toUnsignedLong(version(entry) + changes));
        }
    }

    /** Notes what the timer of a flow that is imported, or found, has left; {@link #put} forgets it. */
    public void setTimeout(long hash, long timeoutSeconds, long nowNanos) {
        if (flows.find(hash)) {
            flows.setDeadline((int) (nowNanos / NANOS_PER_SECOND + timeoutSeconds));
        }
    }

    /** Packets were seen since a flow was imported, or found: its timer is the local kernel's own. */
    public void forgetTimeout(long hash) {
        if (flows.find(hash)) {
            flows.setEntry(flows.entry() & ~FOUND);
            flows.setDeadline(NO_DEADLINE);
        }
    }

    /** Notes that a copy is kept out of the local kernel on purpose, and is to be no difference from its owner; {@link #put} forgets it. */
    public void withhold(long hash) {
        if (flows.find(hash)) {
            flows.setDeadline(WITHHELD);
        }
    }

    /** Whether a flow is known that is kept out of the local kernel. */
    public boolean isWithheld(long hash) {
        return flows.find(hash) && flows.deadline() == WITHHELD;
    }

    /** Notes whose a flow is that was in the local kernel before this life of the node: how often it changed is not known. */
    public void putFound(long hash, StateRecord state, int owner, long nowNanos) {
        put(hash, state, owner, 0);
        flows.setEntry(flows.entry() | FOUND);
        setTimeout(hash, state.timeoutSeconds, nowNanos);
    }

    /**
     * Whether it is known that no packet of a flow came since it was imported: packets set its timer to something else.
     *
     * @param timeoutSeconds what its timer has left in the local kernel
     */
    public boolean isUntouched(long hash, long timeoutSeconds, long nowNanos) {
        int imported = deadline(hash);
        return imported != NO_DEADLINE && !isFound(flows.entry()) && !isRefreshed(imported, timeoutSeconds, nowNanos);
    }

    /** Whether packets of a flow came since it was imported, or found. False where that is not known. */
    public boolean isInUse(long hash, long timeoutSeconds, long nowNanos) {
        int imported = deadline(hash);
        return imported != NO_DEADLINE && isRefreshed(imported, timeoutSeconds, nowNanos);
    }

    /**
     * Whether the timer of a copy, which has run out now, was the local kernel's own: the flow was found here, or packets that were seen here set it to less
     * than the import did.
     */
    public boolean wasLocalTimer(long hash, long nowNanos) {
        int imported = deadline(hash);
        return imported == NO_DEADLINE
                || isFound(flows.entry())
                || nowNanos / NANOS_PER_SECOND + SLACK_SECONDS < imported;
    }

    /** Whether a flow is not known to have been imported, so that its timer in the local kernel is that kernel's own. */
    public boolean hasLocalTimer(long hash) {
        return deadline(hash) == NO_DEADLINE;
    }

    private int deadline(long hash) {
        return flows.find(hash) && flows.deadline() != WITHHELD ? flows.deadline() : NO_DEADLINE;
    }

    private static boolean isRefreshed(int imported, long timeoutSeconds, long nowNanos) {
        return Math.abs(nowNanos / NANOS_PER_SECOND + timeoutSeconds - imported) > SLACK_SECONDS;
    }

    /** A flow has ended, after so many changes: it is removed, and who does not know it yet is not believed. */
    public void end(long hash, int version, long nowNanos) {
        end(hash, version, false, nowNanos);
    }

    /**
     * A flow has ended.
     *
     * @param deliberate whether an administrator wanted it gone: then no later change brings it back, and only a new beginning does
     */
    public void end(long hash, int version, boolean deliberate, long nowNanos) {
        remove(hash);
        ended.add(hash, version, deliberate, nowNanos);
    }

    /** Whether a flow that is not there ended lately since an administrator wanted it gone. */
    public boolean wasDeliberate(long hash) {
        return ended.wasDeliberate(hash);
    }

    /** How often a flow that is not there had changed when it ended lately, unsigned, or {@link #NOT_ENDED}. */
    public long endedVersion(long hash) {
        return ended.version(hash);
    }

    public void remove(long hash) {
        if (flows.find(hash)) {
            accounts.subtract(flows.entry(), flows.fingerprint());
            flows.remove();
        }
    }

    /** A number for the flows of a new session. There are far more than sessions. */
    public int newOwner() {
        return accounts.open();
    }

    /** An owner will not come back: this node holds its flows, but for those that are missing. Takes time in proportion to the index. */
    public void retire(int owner) {
        removeMissing(owner);
        hand(owner, HELD);
        accounts.close(owner);
    }

    /** A number for a new session of a peer, to which the flows of the last one pass. Takes time in proportion to the index. */
    public int newOwner(int predecessor) {
        int owner = newOwner();
        hand(predecessor, owner);
        accounts.close(predecessor);
        return owner;
    }

    /** Gives an owner's flows to another. Takes time in proportion to the index. */
    private void hand(int from, int to) {
        if (count(from) > 0) {
            flows.replaceAll(entry -> owner(entry) == from
                    ? (entry & ~OWNER_MASK & ~UNNAMED & ~HELD_BIT) | FlowEntry.ownedBy(to)
                    : entry);
            accounts.hand(from, to);
        }
    }

    private void removeMissing(int owner) {
        LongArrayList missing = flows.select(entry -> owner(entry) == owner);
        missing.forEachLong(hash -> {
            if (isMissing(get(hash)) || isWithheld(hash)) {
                remove(hash);
            }
        });
    }

    /**
     * What an owner has in some buckets it must name again from now on, by {@link #put}. Takes time in proportion to the index.
     */
    public void unname(int owner, BucketSet buckets) {
        flows.replaceAll(entry -> owner(entry) == owner && buckets.has(bucket(entry)) ? entry | UNNAMED : entry);
    }

    /**
     * An owner has named all that it has in some buckets: what is unnamed still is doomed, and forgotten at once if it is missing. Takes time in proportion to the
     * index.
     *
     * @return how many flows were doomed
     */
    public int doomUnnamed(int owner, BucketSet buckets) {
        LongArrayList unnamed =
                flows.select(entry -> owner(entry) == owner && isUnnamed(entry) && buckets.has(bucket(entry)));
        unnamed.forEachLong(this::doom);
        return unnamed.size();
    }

    private void doom(long hash) {
        long entry = get(hash);
        if (isMissing(entry)) {
            remove(hash);
        } else {
            replace((entry & ~OWNER_MASK & ~UNNAMED & ~HELD_BIT) | FlowEntry.ownedBy(DOOMED));
        }
    }

    /** A sweep begins, which will sight every flow that the local kernel has. One that is put meanwhile counts as sighted. */
    public void beginSweep() {
        sweep = (sweep + 1) % SIGHTINGS;
    }

    /** The local kernel has a flow that is here. */
    public void sight(long hash) {
        if (flows.find(hash)) {
            flows.setEntry((flows.entry() & ~SIGHTING_MASK) | (long) sweep << SIGHTING_SHIFT);
        }
    }

    /** Whether a flow was sighted, or put, since the last sweep began. */
    private boolean isSighted(long entry) {
        return (int) (entry >>> SIGHTING_SHIFT) == sweep;
    }

    /**
     * A sweep ends: the local kernel has none of the flows that it did not sight. The copies among them become missing, the others have ended. Takes
     * time in proportion to the index.
     *
     * @return how many flows that was
     */
    public int endSweep(long nowNanos) {
        LongArrayList unsighted = flows.select(entry -> !isSighted(entry) && !isMissing(entry));
        int gone = 0;
        for (int i = 0; i < unsighted.size(); i++) {
            gone += unsighted(unsighted.getLong(i), nowNanos) ? 1 : 0;
        }
        return gone;
    }

    private boolean unsighted(long hash, long nowNanos) {
        long entry = get(hash);
        int owner = owner(entry);
        if (owner > DOOMED && isWithheld(hash)) {
            return false;
        }
        if (owner > DOOMED) {
            markMissing(hash);
        } else if (owner == DOOMED) {
            remove(hash);
        } else {
            end(hash, version(entry), nowNanos);
        }
        return true;
    }
}
