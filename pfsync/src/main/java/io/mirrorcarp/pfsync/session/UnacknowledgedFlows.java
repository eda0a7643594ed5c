// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.pfsync.auth.FrameOpener;
import io.mirrorcarp.pfsync.flows.FlowName;
import io.mirrorcarp.pfsync.message.Action;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.ChangeDecoder;
import io.mirrorcarp.pfsync.message.FrameHeader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads, when an operator asks, in the frames of the own stream which flows a peer has not acknowledged. */
public final class UnacknowledgedFlows {
    /** No more flows are named. */
    public static final int MOST_FLOWS = 1_000;

    private final StreamSender stream;
    private final FrameOpener opener;
    private final FrameHeader header = new FrameHeader();
    private final ChangeDecoder decoder = new ChangeDecoder();
    private final Change change = new Change();
    private final byte[] payload;

    public UnacknowledgedFlows(StreamSender stream, FrameOpener opener, int frameBytes) {
        this.stream = stream;
        this.opener = opener;
        payload = new byte[frameBytes];
    }

    /** What a peer has not acknowledged. */
    public PeerBacklog of(Peer peer) {
        Map<FlowName, Action> newest = new LinkedHashMap<>();
        if (peer.isListening()) {
            for (long number = Math.max(peer.acked() + 1, stream.oldest()); number <= stream.sequence(); number++) {
                read(number, newest);
            }
        }
        List<PeerBacklog.Unacknowledged> changes = newest.entrySet().stream()
                .map(each -> new PeerBacklog.Unacknowledged(each.getValue(), each.getKey()))
                .toList();
        return new PeerBacklog(
                peer.creatorId(),
                peer.node(),
                peer.isListening(),
                peer.saysEqual(),
                Math.max(0, stream.sequence() - peer.acked()),
                changes);
    }

    private void read(long number, Map<FlowName, Action> newest) {
        byte[] frame = stream.frame(number);
        if (header.parse(frame, 0, stream.length(number)) != null) {
            return;
        }
        int length = opener.open(header, frame, 0, payload);
        // Negative where the key that sealed it is no longer in the keyring.
        decoder.wrap(payload, 0, Math.max(0, length));
        while (newest.size() < MOST_FLOWS && decoder.next(change)) {
            switch (change.action) {
                case INSERT, UPDATE, DELETE -> newest.put(FlowName.of(change.state), change.action);
                default -> {}
            }
        }
    }
}
