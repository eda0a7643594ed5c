// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How replication stands at one instant. Immutable, for any thread.
 *
 * @param verdict over all peers
 * @param peers each peer that was heard
 * @param demoted whether the node is demoted
 * @param degraded why the node gave up waiting for a whole table, or null
 * @param preemptAllowed whether it may take addresses from a healthy master
 * @param complete whether its table was whole once
 * @param bulkRunning whether a bulk update to this node is wanted or runs
 * @param bulkReceived entries received of the running bulk updates
 * @param bulkExpected about how many will come
 * @param ownedEntries flows that this node owns
 * @param knownEntries all flows that are known
 */
public record ReplicationStatus(
        Verdict verdict,
        List<PeerStatus> peers,
        boolean demoted,
        @Nullable String degraded,
        boolean preemptAllowed,
        boolean complete,
        boolean bulkRunning,
        long bulkReceived,
        long bulkExpected,
        long ownedEntries,
        long knownEntries) {

    /**
     * One peer.
     *
     * @param creatorId its host id
     * @param node its name, empty before its first heartbeat was accepted
     * @param verdict how it stands with it
     * @param lastHeardNanos since a frame of its session came
     * @param lagNanos how long the oldest unacknowledged frame waits, or how long the last one waited
     * @param entries flows that it owns
     * @param copies of those, how many this node knows
     * @param whole whether it says that its own table is whole: that it could take over
     * @param equal whether its flows are known here and this node's flows there, as digests tell; as the number of its flows tells, where it keeps
     *     no digests
     */
    public record PeerStatus(
            int creatorId,
            String node,
            Verdict verdict,
            long lastHeardNanos,
            long lagNanos,
            long entries,
            long copies,
            boolean whole,
            boolean equal) {}

    static ReplicationStatus of(
            PeerTable peers,
            FlowIndex index,
            PreemptPromise promise,
            Standing standing,
            StreamSender stream,
            long nowNanos) {
        long received = 0;
        long expected = 0;
        boolean open = false;
        for (Peer peer : peers.all()) {
            if (peer.wish.isOpen()) {
                open = true;
                received += peer.wish.received();
                expected += peer.wish.expected();
            }
        }
        return new ReplicationStatus(
                standing.verdict(),
                Arrays.stream(peers.all())
                        .filter(Peer::wasHeard)
                        .map(peer -> peerStatus(peer, index, standing, stream, nowNanos))
                        .toList(),
                promise.isRaised(),
                promise.degraded(),
                promise.isAllowed(),
                promise.isComplete(),
                open,
                received,
                expected,
                index.ownCount(),
                index.size());
    }

    private static PeerStatus peerStatus(
            Peer peer, FlowIndex index, Standing standing, StreamSender stream, long nowNanos) {
        long waiting = peer.waitingNanos(stream, nowNanos);
        return new PeerStatus(
                peer.creatorId,
                peer.node,
                standing.of(peer, nowNanos),
                nowNanos - peer.lastHeardNanos,
                waiting > 0 ? waiting : peer.lagNanos,
                peer.entries,
                peer.hasFlows() ? index.count(peer.owner) : 0,
                peer.hasSession() && peer.complete && !peer.demoted,
                peer.hasSession() && peer.isEqual(index.count(peer.owner)) && (peer.saysEqual || !peer.hasDigests));
    }
}
