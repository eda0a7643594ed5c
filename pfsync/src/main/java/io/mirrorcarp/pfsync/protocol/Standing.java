// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.equality.BulkWish;
import io.mirrorcarp.pfsync.equality.EqualityTable;
import io.mirrorcarp.pfsync.session.Peer;
import io.mirrorcarp.pfsync.session.PeerTable;
import io.mirrorcarp.pfsync.session.ReplicationSettings;
import io.mirrorcarp.pfsync.session.SessionParts;
import io.mirrorcarp.pfsync.session.StreamSender;
import java.util.function.Supplier;

/** Judges how things stand with each peer and over all, and when that may change by the mere passing of time. */
final class Standing {
    private static final long NEVER = Long.MAX_VALUE;
    /** Frames that are missing, or not acknowledged, for this long are a lag. Several repairs would have mended a mere loss. */
    private static final long LAGGING_NANOS = 500_000_000;
    /** Frames that are missing for this long were not merely overtaken. */
    private static final long GAP_NANOS = 50_000_000;
    /** For so long after a standstill they count at once: their heartbeats told of them just now. */
    private static final long AFTER_STANDSTILL_NANOS = 2_000_000_000;

    private static final long LONG_AGO = Long.MIN_VALUE / 2;

    /** Why a preemption is doubtful. Its text is made when it is asked for: this is judged after every burst. */
    private enum Doubt {
        NONE,
        ALONE,
        LOST,
        SILENT,
        UNHEARD,
        DEMOTED,
        BULK,
        GAP
    }

    private final ReplicationSettings settings;
    private final PeerTable peers;
    private final StreamSender stream;
    private final EqualityTable equalities;
    private final PreemptPromise promise;
    private final PfsyncListener listener;
    private final HeldMasters held;
    private final OnlyPeer onlyPeer;
    private final Supplier<String> missing = this::missing;
    private final Supplier<String> doubtText = this::doubtText;
    private Doubt doubt = Doubt.NONE;
    private String doubtedPeer = "";
    private Verdict verdict = Verdict.OFF;
    private long deadlineNanos = NEVER;
    private long doubtedNanos = LONG_AGO;

    Standing(SessionParts session, EqualityTable equalities, PreemptPromise promise, PfsyncListener listener) {
        settings = session.settings();
        peers = session.peers();
        stream = session.stream();
        this.equalities = equalities;
        this.promise = promise;
        this.listener = listener;
        held = new HeldMasters(listener);
        onlyPeer = new OnlyPeer(peers, listener);
    }

    Verdict verdict() {
        return verdict;
    }

    /** When {@link #update(long)} may come to another result, or {@link Long#MAX_VALUE}. */
    long deadlineNanos() {
        return deadlineNanos;
    }

    /** This node may have stood still, perhaps with its clock: no peer is in order before it reports something that this node has sent since. */
    void doubtAll(long nowNanos) {
        doubtedNanos = nowNanos;
    }

    void update(long nowNanos) {
        deadlineNanos = NEVER;
        Verdict worst = Verdict.ALONE;
        doubt = Doubt.NONE;
        held.begin();
        for (Peer peer : peers.all()) {
            worst = worst.worse(of(peer, nowNanos));
            Doubt ofPeer = doubt(peer, nowNanos);
            if (doubt == Doubt.NONE) {
                doubt = ofPeer;
                doubtedPeer = peer.node();
            }
            if (ofPeer == Doubt.NONE
                    && peer.isListening()
                    && equalities.wish(peer).isDone()) {
                held.add(peer.announcement());
            }
        }
        if (doubt == Doubt.NONE && !peers.anyListening()) {
            doubt = Doubt.ALONE;
        }
        promise.update(equalities.allDone(), missing, doubt == Doubt.NONE ? null : doubtText, nowNanos);
        held.end(promise.isWhole());
        onlyPeer.update();
        deadlineNanos = Math.min(deadlineNanos, promise.deadlineNanos(nowNanos));
        if (worst != verdict) {
            verdict = worst;
            listener.onVerdict(verdict);
        }
    }

    /** Why the table is not whole. */
    private String missing() {
        String missing = "no peer on " + settings.device();
        for (Peer peer : peers.all()) {
            if (peer.isListening() && !equalities.wish(peer).isDone()) {
                return "bulk update from " + peer.node() + progress(equalities.wish(peer));
            }
            missing = peer.isLost() ? "peer " + peer.node() + " is lost" : missing;
        }
        return missing;
    }

    private static String progress(BulkWish wish) {
        if (!wish.isRunning()) {
            return " has not begun";
        }
        return " at " + wish.received() + " of about " + wish.expected();
    }

    /** Why the peer makes a preemption doubtful. */
    private Doubt doubt(Peer peer, long nowNanos) {
        if (!peer.isListening()) {
            return peer.isLost() ? Doubt.LOST : Doubt.NONE;
        }
        if (isPast(peer.lastHeardNanos() + settings.freshNanos(), nowNanos)) {
            return Doubt.SILENT;
        }
        if (peer.echoNanos() <= doubtedNanos || isPast(peer.echoNanos() + settings.echoFreshNanos(), nowNanos)) {
            return Doubt.UNHEARD;
        }
        if (peer.isDemoted()) {
            return Doubt.DEMOTED;
        }
        if (equalities.wish(peer).isOpen()) {
            return Doubt.BULK;
        }
        long gap = peer.stream().gapNanos(nowNanos);
        long borneNanos = nowNanos - doubtedNanos < AFTER_STANDSTILL_NANOS ? 0 : GAP_NANOS;
        return gap > 0 && isPast(nowNanos - gap + borneNanos, nowNanos) ? Doubt.GAP : Doubt.NONE;
    }

    private String doubtText() {
        return switch (doubt) {
            case NONE -> "";
            case ALONE -> "no peer on " + settings.device();
            case LOST -> "peer " + doubtedPeer + " is lost";
            case SILENT -> "peer " + doubtedPeer + " is silent";
            case UNHEARD -> "peer " + doubtedPeer + " does not report hearing this node";
            case DEMOTED -> "peer " + doubtedPeer + " is demoted for pfsync";
            case BULK -> "bulk update from " + doubtedPeer;
            case GAP -> "frames of peer " + doubtedPeer + " are missing";
        };
    }

    Verdict of(Peer peer, long nowNanos) {
        if (peer.hasStopped()) {
            return Verdict.ALONE;
        }
        if (peer.isLost()) {
            return Verdict.LOST;
        }
        if (!peer.hasSession()) {
            boolean heardForLong =
                    peer.hasCandidate(nowNanos) && isPast(peer.candidateSinceNanos() + settings.lostNanos(), nowNanos);
            return heardForLong ? Verdict.ONE_WAY : Verdict.ALONE;
        }
        if (peer.isCloned(nowNanos)) {
            return Verdict.ONE_WAY;
        }
        boolean silent = isPast(peer.lastHeardNanos() + settings.freshNanos(), nowNanos);
        if (!silent && isPast(peer.echoNanos() + settings.lostNanos(), nowNanos)) {
            return Verdict.ONE_WAY;
        }
        if (equalities.wish(peer).isOpen()) {
            return Verdict.BULK;
        }
        return isLagging(peer, nowNanos) ? Verdict.LAGGING : Verdict.IN_SYNC;
    }

    private boolean isLagging(Peer peer, long nowNanos) {
        long waiting = peer.waitingNanos(stream, nowNanos);
        long gap = peer.stream().gapNanos(nowNanos);
        boolean waitingTooLong = waiting > 0 && isPast(nowNanos - waiting + LAGGING_NANOS, nowNanos);
        boolean gapTooLong = gap > 0 && isPast(nowNanos - gap + LAGGING_NANOS, nowNanos);
        return waitingTooLong || gapTooLong;
    }

    /** Whether an instant is past; one that is not is a deadline. */
    private boolean isPast(long instantNanos, long nowNanos) {
        if (nowNanos >= instantNanos) {
            return true;
        }
        deadlineNanos = Math.min(deadlineNanos, instantNanos);
        return false;
    }

    /** The instant at which the next peer is lost. */
    long lossNanos() {
        long next = NEVER;
        for (Peer peer : peers.all()) {
            if (peer.isListening()) {
                next = Math.min(next, peer.lastHeardNanos() + settings.lostNanos());
            }
        }
        return next;
    }
}
