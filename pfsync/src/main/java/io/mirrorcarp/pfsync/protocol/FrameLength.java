// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.session.Peer;
import io.mirrorcarp.pfsync.session.PeerTable;
import io.mirrorcarp.pfsync.session.ReplicationSettings;
import io.mirrorcarp.pfsync.session.Reports;
import io.mirrorcarp.pfsync.session.SessionParts;
import io.mirrorcarp.pfsync.session.StreamSender;

/** How long frames of the stream may be: the shortest of what this node's device, those of its peers and the paths between them carry. */
final class FrameLength {
    private final ReplicationSettings settings;
    private final PeerTable peers;
    private final StreamSender stream;
    private final Contents contents;
    private final Reports reports;
    private final PfsyncListener listener;
    private int ownBytes;

    FrameLength(SessionParts session, Contents contents, Reports reports, PfsyncListener listener) {
        settings = session.settings();
        peers = session.peers();
        stream = session.stream();
        this.contents = contents;
        this.reports = reports;
        this.listener = listener;
        onDevice(settings.maxFrameBytes());
    }

    /** This node's device carries frames of so many bytes from now on; the peers are told. */
    void onDevice(int frameBytes) {
        ownBytes = frameBytes;
        contents.tellFrameBytes(frameBytes);
    }

    /** Sees to it that the stream keeps to it. */
    void fit(long nowNanos) {
        int shortest = ownBytes;
        boolean narrow = false;
        for (Peer peer : peers.all()) {
            if (peer.isListening()) {
                int devices = peer.frameBytes() > 0 ? Math.min(ownBytes, peer.frameBytes()) : ownBytes;
                peer.path().aim(Math.min(devices, settings.maxFrameBytes()));
                narrow |= peer.path().isNarrow();
                shortest = Math.min(shortest, peer.path().limit());
            }
        }
        shortest = Math.max(shortest, ReplicationSettings.MIN_FRAME_BYTES);
        int before = stream.limit();
        if (shortest != before && Math.min(shortest, settings.maxFrameBytes()) != before) {
            change(shortest, before, narrow, nowNanos);
        }
    }

    private void change(int shortest, int before, boolean narrow, long nowNanos) {
        boolean less = stream.limit(shortest, nowNanos);
        listener.onEvent("frames of at most " + stream.limit() + " bytes from now on, " + before
                + " before: the MTU of " + (narrow ? "a switch between " : "") + settings.device()
                + (narrow ? " and a peer" : " here or at a peer"));
        if (less) {
            reports.interrupt();
        }
    }
}
