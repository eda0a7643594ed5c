// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import io.mirrorcarp.pfsync.flows.KnownTables;
import io.mirrorcarp.pfsync.message.Question;
import io.mirrorcarp.pfsync.protocol.DemotionCause;
import io.mirrorcarp.pfsync.protocol.PeerMaster;
import io.mirrorcarp.pfsync.protocol.PfsyncListener;
import io.mirrorcarp.pfsync.protocol.Verdict;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was told. */
final class RecordingListener implements PfsyncListener {
    final List<String> told = new CopyOnWriteArrayList<>();
    volatile Verdict verdict = Verdict.OFF;
    volatile boolean demoted;
    volatile boolean preemptAllowed;

    @Override
    public void onDemotion(DemotionCause cause, boolean raised, String reason) {
        told.add((raised ? "raised " : "lowered ") + cause + ": " + reason);
        demoted = raised;
    }

    @Override
    public void onPreemptAllowed(boolean allowed, String reason) {
        preemptAllowed = allowed;
    }

    @Override
    public void onResigned(int vhid, long addresses) {
        told.add("resigned " + vhid + " " + Long.toHexString(addresses));
    }

    @Override
    public void onPeerSilent(Set<PeerMaster> masters) {}

    @Override
    public void onPeerDied(String what, Set<PeerMaster> masters) {
        told.add("died: " + what);
    }

    @Override
    public void onVerdict(Verdict newVerdict) {
        verdict = newVerdict;
    }

    @Override
    public void onKnownTables(KnownTables tables) {}

    @Override
    public void onQuestion(int creatorId, String node, Question question) {
        told.add(node + " asks " + question.text());
    }

    @Override
    public void onEvent(String message) {
        told.add(message);
    }

    @Override
    public void onFailure(Throwable failure) {
        told.add("failure: " + failure);
    }
}
