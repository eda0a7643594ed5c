// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.message.StateRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Notes what the comparison with each peer, and the repair that follows it, finds different: an operator asked for it. */
final class Verification {
    /** The names of no more flows are kept. */
    static final int MOST_FLOWS = 1_000;

    private final FlowIndex index;
    private final Map<Integer, List<PeerComparison.Difference>> differences = new HashMap<>();
    private final List<Peer> asked = new ArrayList<>();
    private boolean running;
    private int named;

    Verification(FlowIndex index) {
        this.index = index;
    }

    /** Begins anew. */
    void begin() {
        running = true;
        named = 0;
        differences.clear();
        asked.clear();
    }

    /** A peer was asked for a comparison. */
    void onAsked(Peer peer) {
        asked.add(peer);
    }

    /** An entry of a bulk update came, for a flow of which {@code before} was known. */
    void onBulkEntry(Peer peer, StateRecord state, int version, long hash, long before) {
        if (!running) {
            return;
        }
        if (before == FlowIndex.ABSENT || FlowIndex.isMissing(before)) {
            note(peer.owner, PeerComparison.Kind.MISSING, state);
        } else if (FlowIndex.version(before) != version || index.fingerprint(hash) != FlowFingerprint.of(state)) {
            note(peer.owner, PeerComparison.Kind.CHANGED, state);
        }
    }

    /** A flow is deleted that its owner no longer had; one peer only is asked when it is known which. */
    void onEnded(StateRecord state) {
        if (running && !asked.isEmpty()) {
            note(FlowIndex.DOOMED, PeerComparison.Kind.ENDED, state);
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
    boolean isFinished() {
        return index.count(FlowIndex.DOOMED) == 0
                && asked.stream().noneMatch(peer -> peer.isListening() && peer.wish.isOpen());
    }

    /** Ends, whether finished or not. */
    List<PeerComparison> end() {
        running = false;
        boolean single = asked.size() == 1;
        return asked.stream().map(peer -> result(peer, single)).toList();
    }

    private PeerComparison result(Peer peer, boolean single) {
        List<PeerComparison.Difference> flows = new ArrayList<>(differences.getOrDefault(peer.owner, List.of()));
        // Which peer a flow that ended was of is forgotten by then: with several, the first answers for all.
        if (single || peer == asked.get(0)) {
            flows.addAll(differences.getOrDefault(FlowIndex.DOOMED, List.of()));
        }
        return new PeerComparison(
                peer.creatorId,
                peer.node,
                peer.hasDigests,
                peer.entries,
                index.count(peer.owner),
                peer.wish.repairedBuckets(),
                peer.isEqual(index.count(peer.owner)),
                peer.isListening() && peer.wish.isDone(),
                flows);
    }
}
