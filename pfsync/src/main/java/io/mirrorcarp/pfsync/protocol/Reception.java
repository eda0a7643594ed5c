// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.pfsync.message.Control;
import io.mirrorcarp.pfsync.message.ControlCodec;
import io.mirrorcarp.pfsync.message.Question;
import io.mirrorcarp.pfsync.message.Rejection;
import io.mirrorcarp.pfsync.session.Candidates;
import io.mirrorcarp.pfsync.session.Dialogue;
import io.mirrorcarp.pfsync.session.Peer;
import io.mirrorcarp.pfsync.session.PeerTable;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.mirrorcarp.pfsync.session.Reports;
import io.mirrorcarp.pfsync.session.SessionParts;
import io.mirrorcarp.pfsync.session.Sessions;
import io.mirrorcarp.pfsync.session.StreamReceiver;
import org.jspecify.annotations.Nullable;

/** What becomes of a datagram: through the gate, to its session, and, of a stream in its order, to whom each change is for. */
final class Reception {
    /** Frames that were held are applied so many at once; between them, the loop does what else is due. */
    private static final int HELD_AT_ONCE = 32;

    private final FrameGate gate;
    private final PeerTable peers;
    private final Candidates candidates;
    private final CounterSet<PfsyncCounter> counters;
    private final Sessions sessions;
    private final Dialogue dialogue;
    private final StreamReader reader;
    private final PeerEvents peerEvents;
    private final Reports reports;
    private final PfsyncListener listener;
    private final ControlCodec controlCodec = new ControlCodec();
    private final Control control = new Control();

    Reception(
            SessionParts session,
            FrameGate gate,
            Sessions sessions,
            Dialogue dialogue,
            StreamReader reader,
            PeerEvents peerEvents,
            Reports reports,
            PfsyncListener listener) {
        peers = session.peers();
        candidates = session.candidates();
        counters = session.counters();
        this.gate = gate;
        this.sessions = sessions;
        this.dialogue = dialogue;
        this.reader = reader;
        this.peerEvents = peerEvents;
        this.reports = reports;
        this.listener = listener;
    }

    /**
     * A datagram came in.
     *
     * @param path which of the node's paths it came by, from 0
     * @return the creator id of the peer whose session it belongs to, or 0
     */
    int onFrame(int path, byte[] buffer, int offset, int length, long nowNanos) {
        int opened = gate.open(buffer, offset, length, nowNanos);
        if (opened < 0) {
            return 0;
        }
        Peer session = gate.session();
        boolean accepted = (session != null && gate.header.stream)
                ? onStream(session, opened, nowNanos)
                : onControl(session, opened, length, nowNanos);
        if (session != null) {
            session.onLength(length, nowNanos);
            session.paths().onHere(path, nowNanos);
        }
        return accepted ? gate.header.creatorId : 0;
    }

    private boolean onControl(@Nullable Peer session, int opened, int length, long nowNanos) {
        @Nullable Rejection rejection = controlCodec.read(gate.payload, 0, opened, control);
        if (rejection != null) {
            counters.increment(PfsyncCounter.of(rejection));
            return false;
        }
        if (control.padding) {
            candidates.onPadding(gate.header);
            if (session != null) {
                session.onPadding(gate.header.sequence, control, length, nowNanos);
            }
            return false;
        }
        boolean news = session == null || session.controls().isNews(gate.header.sequence, control.pathCopy);
        Peer peer = sessions.onControl(gate.known(), gate.header, control, nowNanos);
        if (peer == null) {
            return false;
        }
        peer.paths().onControl(control, length, nowNanos);
        if (!news) {
            return true;
        }
        Question question = dialogue.onControl(peer, control, nowNanos);
        if (question != null) {
            listener.onQuestion(peer.creatorId(), peer.node(), question);
        }
        applyHeld(peer, nowNanos);
        return true;
    }

    private boolean onStream(Peer peer, int length, long nowNanos) {
        sessions.onHeard(peer, nowNanos);
        StreamReceiver received = peer.stream();
        counters.add(PfsyncCounter.GAPS, received.note(gate.header.sequence - 1, nowNanos));
        if (gate.header.sequence != received.expected()) {
            received.hold(gate.header.sequence, gate.payload, length);
            return true;
        }
        apply(peer, gate.payload, length, nowNanos);
        applyHeld(peer, nowNanos);
        return true;
    }

    /** Applies frames that came before others and need only a turn of the loop. */
    void applyHeld(long nowNanos) {
        for (Peer peer : peers.all()) {
            if (peer.isListening()) {
                applyHeld(peer, nowNanos);
            }
        }
    }

    private void applyHeld(Peer peer, long nowNanos) {
        StreamReceiver received = peer.stream();
        for (int i = 0; i < HELD_AT_ONCE && received.isNextHeld(); i++) {
            apply(peer, received.nextPayload(), received.nextLength(), nowNanos);
        }
    }

    /** Whether frames wait that need nothing but a turn of the loop. */
    boolean anyHeld() {
        for (Peer peer : peers.all()) {
            if (peer.isListening() && peer.stream().isNextHeld()) {
                return true;
            }
        }
        return false;
    }

    private void apply(Peer peer, byte[] frame, int length, long nowNanos) {
        if (!reader.apply(peer, frame, length, nowNanos)) {
            peerEvents.onIncomplete(peer, nowNanos);
        }
        peer.stream().advance();
        peerEvents.compare(peer, nowNanos);
        reports.onApplied(peer, nowNanos);
    }
}
