// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.pfsync.protocol.ReplicationStatus.PeerStatus;
import io.mirrorcarp.pfsync.protocol.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The peer that a planned failover hands over to.
 *
 * @param node its name; "the peer" where it is not known
 * @param obstacle why it cannot take over now; empty when it can
 * @param isHopeless whether waiting cannot help
 */
record FailoverPeer(String node, String obstacle, boolean isHopeless) {
    private static final String UNKNOWN = "the peer";

    /**
     * Judges how replication stands.
     *
     * @param to the name of the node that is wanted; empty for any
     * @param obstacles why a peer could not take over, by what both say of themselves
     */
    static FailoverPeer of(
            Optional<Replication.Snapshot> states, Optional<String> to, Function<PeerStatus, List<String>> obstacles) {
        if (states.isEmpty()) {
            return hopeless(
                    "pfsync is off, so connections would be lost; carpctl maintenance on hands over without them");
        }
        List<PeerStatus> there = states.get().pfsync().status().peers().stream()
                .filter(peer -> peer.verdict() != Verdict.LOST)
                .toList();
        if (to.isPresent()) {
            return named(there, to.get(), obstacles);
        }
        if (there.isEmpty()) {
            return new FailoverPeer(
                    UNKNOWN, "no peer answers on " + states.get().syncdev(), false);
        }
        String names = there.stream().map(PeerStatus::node).collect(Collectors.joining(" or "));
        return there.stream()
                .map(peer -> judge(peer, obstacles))
                .filter(peer -> !peer.obstacle().isEmpty())
                .findFirst()
                .orElse(new FailoverPeer(names, "", false));
    }

    private static FailoverPeer named(List<PeerStatus> there, String to, Function<PeerStatus, List<String>> obstacles) {
        Optional<PeerStatus> wanted =
                there.stream().filter(peer -> peer.node().equals(to)).findFirst();
        String names = there.stream().map(PeerStatus::node).collect(Collectors.joining(", "));
        if (wanted.isEmpty()) {
            return new FailoverPeer(
                    to, "no peer " + to + " answers; there is " + (there.isEmpty() ? "none" : names), false);
        }
        if (there.size() > 1) {
            return hopeless(
                    "of " + names + " the election chooses the best: leave --to out, or demote the others there");
        }
        return judge(wanted.get(), obstacles);
    }

    private static FailoverPeer judge(PeerStatus peer, Function<PeerStatus, List<String>> obstacles) {
        if (peer.verdict() != Verdict.IN_SYNC) {
            return new FailoverPeer(
                    peer.node(),
                    "pfsync with " + peer.node() + " is " + peer.verdict().label(),
                    false);
        }
        if (!peer.whole() || !peer.equal()) {
            return new FailoverPeer(peer.node(), peer.node() + " does not hold every state", false);
        }
        List<String> against = obstacles.apply(peer);
        String obstacle = against.isEmpty() ? "" : peer.node() + ": " + String.join("; ", against);
        return new FailoverPeer(peer.node(), obstacle, false);
    }

    private static FailoverPeer hopeless(String obstacle) {
        return new FailoverPeer(UNKNOWN, obstacle, true);
    }
}
