// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.pfsync.protocol.ReplicationStatus.PeerStatus;
import io.mirrorcarp.pfsync.protocol.Verdict;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The peer that a planned failover hands over to.
 *
 * @param node its name; "the peer" where it is not known
 * @param obstacle why it cannot take over now; empty when it can
 * @param isHopeless whether waiting cannot help
 * @param hasRivals whether it was chosen among several, of which the election may like another better
 */
record FailoverPeer(String node, String obstacle, boolean isHopeless, boolean hasRivals) {
    private static final String UNKNOWN = "the peer";
    private static final String FORCE = "; --force hands over all the same";

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
                    "pfsync is off, so connections would be lost; carpctl maintenance on, or --force, hands over"
                            + " without them");
        }
        List<PeerStatus> there = states.get().pfsync().status().peers().stream()
                .filter(peer -> peer.verdict() != Verdict.LOST)
                .toList();
        if (to.isPresent()) {
            return named(there, to.get(), peer -> judge(peer, obstacles));
        }
        if (there.isEmpty()) {
            return waiting(UNKNOWN, "no peer answers on " + states.get().syncdev());
        }
        List<PeerStatus> able = there.stream()
                .filter(peer -> judge(peer, obstacles).obstacle().isEmpty())
                .toList();
        return there.stream()
                .filter(peer -> !able.contains(peer) && (able.isEmpty() || !standsBack(peer, obstacles)))
                .map(peer -> judge(peer, obstacles))
                .findFirst()
                .orElseGet(() -> waiting(names(able), ""));
    }

    /**
     * The peer, whatever could be said against it: one that is named must be there.
     *
     * @param to the name of the node that is wanted; empty for any
     */
    static FailoverPeer forced(Optional<Replication.Snapshot> states, Optional<String> to) {
        List<PeerStatus> there = states.stream()
                .flatMap(on -> on.pfsync().status().peers().stream())
                .filter(peer -> peer.verdict() != Verdict.LOST)
                .toList();
        return to.map(node -> named(there, node, peer -> waiting(peer.node(), "")))
                .orElseGet(() -> waiting(there.isEmpty() ? UNKNOWN : names(there), ""));
    }

    /**
     * What the living peers say against taking over, or empty where one of them could. Also empty where none is there to say anything.
     *
     * @param obstacles why a peer could not take over, by what both say of themselves
     */
    static String against(Collection<PeerStatus> peers, Function<PeerStatus, List<String>> obstacles) {
        List<PeerStatus> there = peers.stream()
                .filter(peer -> peer.verdict() != Verdict.LOST && peer.verdict() != Verdict.ALONE)
                .toList();
        boolean someone = there.stream().anyMatch(peer -> obstacles.apply(peer).isEmpty());
        return there.stream()
                .filter(peer -> !obstacles.apply(peer).isEmpty() && (!someone || !standsBack(peer, obstacles)))
                .map(peer -> peer.node() + ": " + String.join("; ", obstacles.apply(peer)))
                .collect(Collectors.joining("; "));
    }

    /** Whether a peer has only such against it as keeps it from being chosen, where others are there. */
    private static boolean standsBack(PeerStatus peer, Function<PeerStatus, List<String>> obstacles) {
        List<String> against = obstacles.apply(peer);
        return !against.isEmpty() && peer.announcement().notReady().containsAll(against);
    }

    private static String names(List<PeerStatus> peers) {
        return peers.stream().map(PeerStatus::node).collect(Collectors.joining(" or "));
    }

    private static FailoverPeer named(List<PeerStatus> there, String to, Function<PeerStatus, FailoverPeer> judge) {
        Optional<PeerStatus> wanted =
                there.stream().filter(peer -> peer.node().equals(to)).findFirst();
        String names = there.stream().map(PeerStatus::node).collect(Collectors.joining(", "));
        if (wanted.isEmpty()) {
            return waiting(to, "no peer " + to + " answers; there is " + (there.isEmpty() ? "none" : names));
        }
        FailoverPeer judged = judge.apply(wanted.get());
        return new FailoverPeer(judged.node(), judged.obstacle(), false, there.size() > 1);
    }

    /** Whether a node says that it is master of all these vhids. */
    static boolean isMaster(Optional<Replication.Snapshot> states, String node, Set<Integer> vhids) {
        return states.stream()
                .flatMap(on -> on.pfsync().status().peers().stream())
                .filter(peer -> peer.node().equals(node))
                .anyMatch(peer -> vhids.stream()
                        .allMatch(vhid -> peer.announcement().hosts().stream()
                                .anyMatch(host -> host.vhid() == vhid && host.master())));
    }

    private static FailoverPeer judge(PeerStatus peer, Function<PeerStatus, List<String>> obstacles) {
        if (peer.verdict() != Verdict.IN_SYNC) {
            return waiting(
                    peer.node(),
                    "pfsync with " + peer.node() + " is " + peer.verdict().label());
        }
        if (!peer.whole() || !peer.equal()) {
            return waiting(peer.node(), peer.node() + " does not hold every state");
        }
        List<String> against = obstacles.apply(peer);
        String obstacle = against.isEmpty() ? "" : peer.node() + ": " + String.join("; ", against) + FORCE;
        return waiting(peer.node(), obstacle);
    }

    private static FailoverPeer waiting(String node, String obstacle) {
        return new FailoverPeer(node, obstacle, false, false);
    }

    private static FailoverPeer hopeless(String obstacle) {
        return new FailoverPeer(UNKNOWN, obstacle, true, false);
    }
}
