// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.pfsync.auth.FrameOpener;
import io.mirrorcarp.pfsync.message.FrameHeader;
import io.mirrorcarp.pfsync.message.Rejection;
import io.mirrorcarp.pfsync.session.Candidates;
import io.mirrorcarp.pfsync.session.LinkEvidence;
import io.mirrorcarp.pfsync.session.Peer;
import io.mirrorcarp.pfsync.session.PeerTable;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.mirrorcarp.pfsync.session.ReplicationSettings;
import io.mirrorcarp.pfsync.session.SessionParts;
import io.mirrorcarp.pfsync.session.StrangerLimit;
import io.mirrorcarp.pfsync.session.StreamReceiver;
import org.jspecify.annotations.Nullable;

/**
 * Decides which datagrams are frames of somebody who has a key, and opens them. What costs nothing is looked at first: the header, whether the frame was heard before,
 * and for one of no session, whether there is room for more of strangers. What is refused is counted.
 */
final class FrameGate {
    private static final int REFUSED = -1;
    private static final long COMPLAINT_NANOS = 60_000_000_000L;

    private final ReplicationSettings settings;
    private final PeerTable peers;
    private final Candidates candidates;
    private final CounterSet<PfsyncCounter> counters;
    private final FrameOpener opener;
    private final LinkEvidence evidence;
    private final PfsyncListener listener;
    private final long ownEpoch;
    private final StrangerLimit strangers = new StrangerLimit();
    private long complaintNanos = Long.MIN_VALUE;

    /** The header of the frame. */
    final FrameHeader header = new FrameHeader();
    /** What it carries. */
    final byte[] payload;

    private @Nullable Peer known;

    /** @param ownEpoch of this life of this node */
    FrameGate(SessionParts parts, FrameOpener opener, LinkEvidence evidence, PfsyncListener listener, long ownEpoch) {
        settings = parts.settings();
        peers = parts.peers();
        candidates = parts.candidates();
        counters = parts.counters();
        this.opener = opener;
        this.evidence = evidence;
        this.listener = listener;
        this.ownEpoch = ownEpoch;
        payload = new byte[Math.max(settings.maxFrameBytes(), Replication.MAX_RECEIVED_BYTES)];
    }

    /** The peer with the creator id of the frame, or null. */
    @Nullable
    Peer known() {
        return known;
    }

    /** The peer to whose session the frame belongs, or null. */
    @Nullable
    Peer session() {
        return known != null && known.isSession(header.epoch) ? known : null;
    }

    /**
     * Opens a frame into {@link #header} and {@link #payload}.
     *
     * @return the length of what it carries, or a negative number when it is refused
     */
    int open(byte[] buffer, int offset, int length, long nowNanos) {
        Rejection rejection =
                length > Replication.MAX_RECEIVED_BYTES ? Rejection.BAD_LENGTH : header.parse(buffer, offset, length);
        if (rejection != null) {
            return refuse(PfsyncCounter.of(rejection));
        }
        if (header.creatorId == settings.creatorId()) {
            onOwnId(buffer, offset, nowNanos);
            return REFUSED;
        }
        known = peers.find(header.creatorId);
        Peer session = session();
        if (header.stream && (session == null || session.hasStopped())) {
            return refuse(PfsyncCounter.BAD_STATE);
        }
        if (session != null ? isReplay(session) : candidates.isReplay(header)) {
            return refuse(session != null && isCopy(session) ? PfsyncCounter.COPIES : PfsyncCounter.REPLAYED);
        }
        if (session == null && !candidates.has(header) && !strangers.admits(nowNanos)) {
            return refuse(PfsyncCounter.UNVERIFIED);
        }
        int opened = session != null
                ? opener.open(header, buffer, offset, payload)
                : opener.openOfStranger(header, buffer, offset, payload);
        if (opened < 0) {
            evidence.note(
                    opener.hasKey(header.keyId) ? LinkEvidence.Kind.FALSE_SEAL : LinkEvidence.Kind.UNKNOWN_KEY,
                    header.keyId,
                    nowNanos);
            return refuse(PfsyncCounter.BAD_AUTH);
        }
        return opened;
    }

    private int refuse(PfsyncCounter counter) {
        counters.increment(counter);
        return REFUSED;
    }

    private boolean isReplay(Peer peer) {
        return header.stream
                ? peer.stream().isSeen(header.sequence)
                : peer.controls().isSeen(header.sequence);
    }

    /** Whether a frame that was seen is likely to have come by two paths. */
    private boolean isCopy(Peer peer) {
        boolean several = settings.paths() > 1 || peer.paths().areSeveral();
        return several
                && (header.stream
                        ? header.sequence >= peer.stream().expected() - StreamReceiver.WINDOW_FRAMES
                        : peer.controls().isCopy(header.sequence));
    }

    /** Own frames come back where a network loops them; another node with this host id is a fault to report. */
    private void onOwnId(byte[] buffer, int offset, long nowNanos) {
        if (header.epoch == ownEpoch) {
            return;
        }
        if (!strangers.admits(nowNanos)) {
            refuse(PfsyncCounter.UNVERIFIED);
            return;
        }
        if (opener.openOfStranger(header, buffer, offset, payload) < 0) {
            return;
        }
        counters.increment(PfsyncCounter.DUPLICATE_HOST_ID);
        evidence.note(LinkEvidence.Kind.OWN_HOST_ID, header.keyId, nowNanos);
        if (complaintNanos == Long.MIN_VALUE || nowNanos - complaintNanos >= COMPLAINT_NANOS) {
            complaintNanos = nowNanos;
            listener.onEvent("another node on " + settings.device() + " has this node's host id "
                    + Integer.toHexString(settings.creatorId()) + ", or its old frames are being replayed");
        }
    }
}
