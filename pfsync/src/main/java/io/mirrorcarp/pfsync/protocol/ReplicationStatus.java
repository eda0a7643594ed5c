// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.message.Announcement;
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
     * @param stopped whether it said that it stops
     * @param cloned whether another node with its host id was heard lately
     * @param lastHeardNanos since a frame of its session came
     * @param lagNanos how long the oldest unacknowledged frame waits, or how long the last one waited; 0 when there was none for 10 s
     * @param entries flows that it owns
     * @param copies of those, how many this node knows
     * @param whole whether it says that its own table is whole: that it could take over
     * @param equal whether its flows are known here and this node's flows there, as digests tell; as the number of its flows tells, where it keeps
     *     no digests
     * @param pathBytes how long frames may be that reach it
     * @param narrow whether that is less than the devices at both ends carry
     * @param frameVersion the highest that it understands
     * @param announcement what it says of itself
     */
    public record PeerStatus(
            int creatorId,
            String node,
            Verdict verdict,
            boolean stopped,
            boolean cloned,
            long lastHeardNanos,
            long lagNanos,
            long entries,
            long copies,
            boolean whole,
            boolean equal,
            int pathBytes,
            boolean narrow,
            int frameVersion,
            Announcement announcement) {}
}
