// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.equality;

import io.mirrorcarp.pfsync.claims.ClaimParts;
import io.mirrorcarp.pfsync.claims.Owners;
import io.mirrorcarp.pfsync.flows.FlowEntry;
import io.mirrorcarp.pfsync.flows.FlowFingerprint;
import io.mirrorcarp.pfsync.flows.FlowHash;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.flows.FlowName;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.pfsync.session.Peer;
import io.mirrorcarp.pfsync.session.PeerTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Notes what the comparison with each peer, and the repair that follows it, finds different: an operator asked for it. */
public final class Verification {
    /** The names of no more flows are kept. */
    public static final int MOST_FLOWS = 1_000;

    private final FlowIndex index;
    private final FlowHash flowHash;
    private final Owners owners;
    private final PeerTable peers;
    private final EqualityTable equalities;
    private final Map<Integer, List<PeerComparison.Difference>> differences = new HashMap<>();
    private final List<Peer> asked = new ArrayList<>();
    private boolean running;
    private boolean waiting;
    private int named;

    public Verification(ClaimParts parts, EqualityTable equalities) {
        index = parts.index();
        flowHash = parts.flowHash();
        owners = parts.owners();
        peers = parts.session().peers();
        this.equalities = equalities;
    }

    /** Begins anew. */
    public void begin() {
        running = true;
        waiting = true;
        named = 0;
        differences.clear();
        asked.clear();
    }

    /** Whether peers are to be asked as soon as the local table was read. */
    public boolean isWaiting() {
        return running && waiting;
    }

    /** The local table was read: asks the peers that are there to read theirs, and compares. */
    public void ask(long nowNanos) {
        waiting = false;
        for (Peer peer : peers.all()) {
            if (peer.isListening()) {
                equalities.verify(peer, nowNanos);
                asked.add(peer);
            }
        }
    }

    /** An entry of a bulk update came, and is not applied yet. */
    void onBulkEntry(Peer peer, Change change) {
        if (!running || (change.orphan && !change.held)) {
            return;
        }
        long hash = flowHash.of(change.state.original, change.state.zone);
        long before = index.get(hash);
        if (!FlowEntry.isHere(before)) {
            note(owners.of(peer), PeerComparison.Kind.MISSING, change.state);
        } else if (FlowEntry.version(before) != change.version
                || index.fingerprint(hash) != FlowFingerprint.of(change.state)) {
            note(owners.of(peer), PeerComparison.Kind.CHANGED, change.state);
        }
    }

    /** A flow is deleted that its owner no longer had; one peer only is asked when it is known which. */
    public void onEnded(StateRecord state) {
        if (running && !asked.isEmpty()) {
            note(FlowEntry.DOOMED, PeerComparison.Kind.ENDED, state);
        }
    }

    private void note(int owner, PeerComparison.Kind kind, StateRecord state) {
        if (named < MOST_FLOWS) {
            named++;
            differences
                    .computeIfAbsent(owner, each -> new ArrayList<>())
                    .add(new PeerComparison.Difference(kind, FlowName.of(state)));
        }
    }

    /** Whether every comparison has come to its end, and what it found is repaired. */
    public boolean isFinished() {
        return !waiting
                && index.count(FlowEntry.DOOMED) == 0
                && asked.stream()
                        .noneMatch(peer ->
                                peer.isListening() && equalities.wish(peer).isOpen());
    }

    /** Ends, whether finished or not. */
    public List<PeerComparison> end() {
        running = false;
        boolean single = asked.size() == 1;
        return asked.stream().map(peer -> result(peer, single)).toList();
    }

    private PeerComparison result(Peer peer, boolean single) {
        BulkWish wish = equalities.wish(peer);
        List<PeerComparison.Difference> flows = new ArrayList<>(differences.getOrDefault(owners.of(peer), List.of()));
        // Which peer a flow that ended was of is forgotten by then: with several, the first answers for all.
        if (single || peer == asked.get(0)) {
            flows.addAll(differences.getOrDefault(FlowEntry.DOOMED, List.of()));
        }
        return new PeerComparison(
                peer.creatorId(),
                peer.node(),
                peer.hasDigests(),
                peer.entries(),
                owners.count(peer),
                wish.repairedBuckets(),
                equalities.isEqual(peer),
                peer.isListening() && wish.isDone(),
                flows);
    }
}
