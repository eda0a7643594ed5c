// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.packet.AddressFamily;
import java.util.ArrayList;
import java.util.List;

/** What the rules of one virtual host share: its state, how fit the node is, and the actions that an input leads to. Not thread-safe. */
final class InstanceParts {
    final Candidacy candidacy;
    final InstanceCounts counts = new InstanceCounts();
    /** Whether the carpdev can pass frames. */
    boolean linkUp = true;

    private final List<CarpAction> actions = new ArrayList<>();
    private CarpState state = CarpState.INIT;
    private TransitionReason reason = TransitionReason.NOT_STARTED;
    private long sinceNanos;

    InstanceParts(CarpSettings settings) {
        candidacy = new Candidacy(settings);
    }

    CarpSettings settings() {
        return candidacy.settings();
    }

    TakeoverSettings takeover() {
        return settings().takeover();
    }

    CarpState state() {
        return state;
    }

    boolean is(CarpState one) {
        return state == one;
    }

    TransitionReason reason() {
        return reason;
    }

    /** When the state was entered. */
    long sinceNanos() {
        return sinceNanos;
    }

    /** The only place that assigns the state. */
    void enter(CarpState next, TransitionReason why, long nowNanos) {
        act(new CarpAction.StateChanged(state, next, why));
        state = next;
        reason = why;
        sinceNanos = nowNanos;
        counts.transition();
    }

    /** Another reason for a state that stays. */
    void explain(TransitionReason why) {
        reason = why;
    }

    void act(CarpAction action) {
        actions.add(action);
    }

    /** An advertisement in every family. */
    void send(Bid bid) {
        List<AddressFamily> families = settings().families().stream().sorted().toList();
        act(new CarpAction.SendAdvertisement(families, bid));
    }

    /** Says that this node leaves. */
    void sendBowOut() {
        send(candidacy.bowOut());
    }

    /** The actions since the last call, in order. */
    List<CarpAction> taken() {
        List<CarpAction> result = List.copyOf(actions);
        actions.clear();
        return result;
    }
}
