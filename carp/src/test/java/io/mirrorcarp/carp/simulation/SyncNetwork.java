// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.election.KnownMaster;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The second path between whole nodes, and what their replication would say. A node that has been in contact with a peer for {@value #BULK_NANOS} ns has its states. A peer that ends without a word is lost, until it is
 * back, and makes a node doubt. A node is demoted from its start until it has the states of all peers that are there, and again when nobody is left whose states it has.
 */
final class SyncNetwork {
    static final long TICK_NANOS = 100_000_000;
    private static final long BULK_NANOS = 400_000_000;
    private static final long FRESH_NANOS = 200_000_000;
    private static final long LOST_NANOS = 1_000_000_000;
    private static final long ANNOUNCED_NANOS = 1_000_000_000;
    private static final long NEVER = Long.MAX_VALUE;
    private static final int DEMOTION = 240;

    /** What a node knows of a peer. */
    private static final class Session {
        int life;
        boolean begun;
        boolean lost;
        boolean silent;
        /** Whether its frames of a time were lost, and it has not been heard since. */
        boolean behind;

        long sinceNanos = NEVER;
        long heardNanos;

        boolean isThere() {
            return begun && !lost;
        }

        boolean isDone(long nowNanos) {
            return isThere() && sinceNanos != NEVER && nowNanos - sinceNanos >= BULK_NANOS;
        }
    }

    /** What the only peer of a node said last. */
    private final Map<SimulatedNode, Set<KnownMaster>> only = new HashMap<>();

    private final VirtualClock clock;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final Map<SimulatedNode, Map<SimulatedNode, Session>> sessions = new HashMap<>();
    private boolean[][] cut = new boolean[0][0];

    SyncNetwork(VirtualClock clock) {
        this.clock = clock;
    }

    void add(SimulatedNode node) {
        nodes.add(node);
        sessions.put(node, new HashMap<>());
        cut = new boolean[nodes.size()][nodes.size()];
    }

    void cut(SimulatedNode one, SimulatedNode other, boolean isCut) {
        cut[nodes.indexOf(one)][nodes.indexOf(other)] = isCut;
        cut[nodes.indexOf(other)][nodes.indexOf(one)] = isCut;
    }

    void heal() {
        cut = new boolean[nodes.size()][nodes.size()];
    }

    /** Begins to look after a node: until it ends, ten times a second while it is awake. */
    void begin(SimulatedNode node) {
        sessions.get(node).clear();
        clock.at(clock.nowNanos() + TICK_NANOS, () -> watch(node, node.life(), 0));
    }

    private void watch(SimulatedNode node, int life, long announcedNanos) {
        if (node.life() != life || !node.isRunning()) {
            return;
        }
        long now = clock.nowNanos();
        boolean announces = node.isAwake() && now - announcedNanos >= ANNOUNCED_NANOS;
        if (announces) {
            node.announce();
        }
        if (node.isAwake()) {
            judge(node);
        }
        clock.at(now + TICK_NANOS, () -> watch(node, life, announces ? now : announcedNanos));
    }

    /** What the node had is not known to be all, until it has been in contact anew. */
    void doubtAll(SimulatedNode node) {
        sessions.get(node).values().forEach(session -> session.sinceNanos = NEVER);
    }

    /** The node has missed what its peers said for a time. It learns so with the next word of each. */
    void fallBehind(SimulatedNode node) {
        sessions.get(node).values().forEach(session -> session.behind = true);
    }

    /** Whether there is a peer that it has not heard since. */
    boolean isBehind(SimulatedNode node) {
        return sessions.get(node).values().stream().anyMatch(session -> session.behind);
    }

    List<SimulatedNode> all() {
        return nodes;
    }

    /** Says what is known of the states of a node now. */
    void judge(SimulatedNode node) {
        Map<SimulatedNode, Session> known = sessions.get(node);
        for (SimulatedNode peer : nodes) {
            if (peer != node) {
                listen(node, peer, known.computeIfAbsent(peer, any -> new Session()));
            }
        }
        long now = node.now();
        boolean anyThere = known.values().stream().anyMatch(Session::isThere);
        if (anyThere && known.values().stream().allMatch(session -> !session.isThere() || session.isDone(now))) {
            setWhole(node, true);
        }
        Set<InetAddress> sure = new HashSet<>();
        Set<KnownMaster> masters = new HashSet<>();
        boolean doubtful = !anyThere;
        for (Map.Entry<SimulatedNode, Session> entry : known.entrySet()) {
            Session session = entry.getValue();
            SimulatedNode peer = entry.getKey();
            boolean doubted = session.lost
                    || (session.begun
                            && (now - session.heardNanos > FRESH_NANOS || !peer.whole || !session.isDone(now)));
            doubtful |= doubted;
            if (!doubted && session.begun && node.whole) {
                sure.add(peer.address());
                masters.addAll(peer.announced());
            }
        }
        List<SimulatedNode> there = nodes.stream()
                .filter(peer -> peer != node && known.get(peer).isThere())
                .toList();
        if (there.size() == 1) {
            only.put(node, there.get(0).announced());
        } else if (!there.isEmpty()) {
            only.remove(node);
        }
        node.allow(node.whole && !doubtful, sure, masters, only.getOrDefault(node, Set.of()));
    }

    private void listen(SimulatedNode node, SimulatedNode peer, Session session) {
        long now = node.now();
        if (peer.isAwake() && !cut[nodes.indexOf(node)][nodes.indexOf(peer)]) {
            boolean other = session.begun && session.life != peer.life();
            if (other && !session.lost) {
                setWhole(node, false);
            }
            if (!session.begun || other || session.lost || session.behind || session.sinceNanos == NEVER) {
                session.sinceNanos = now;
            }
            session.behind = false;
            session.begun = true;
            session.lost = false;
            session.silent = false;
            session.life = peer.life();
            session.heardNanos = now;
            return;
        }
        if (session.isThere() && !session.silent && now - session.heardNanos > FRESH_NANOS) {
            session.silent = true;
            node.hearOfADeath(living(node));
        }
        if (session.isThere() && now - session.heardNanos >= LOST_NANOS) {
            session.lost = true;
            node.hearOfSilence(living(node));
            if (sessions.get(node).values().stream().noneMatch(one -> one.isDone(now))) {
                setWhole(node, false);
            }
        }
    }

    /** What the peers that a node hears say that they are master of. */
    private Set<KnownMaster> living(SimulatedNode node) {
        Set<KnownMaster> masters = new HashSet<>();
        sessions.get(node).forEach((peer, session) -> {
            if (session.isThere() && node.now() - session.heardNanos <= FRESH_NANOS) {
                masters.addAll(peer.announced());
            }
        });
        return masters;
    }

    private static void setWhole(SimulatedNode node, boolean whole) {
        if (node.whole != whole) {
            node.whole = whole;
            node.demote(DemotionSource.PFSYNC_BULK, "", whole ? 0 : DEMOTION);
        }
    }

    /** A node stops, and says so to those who hear it. */
    void goodbye(SimulatedNode from) {
        for (SimulatedNode to : peers(from)) {
            Session session = sessions.get(to).get(from);
            if (session != null && to.isAwake() && !cut[nodes.indexOf(from)][nodes.indexOf(to)]) {
                if (session.isThere() && !session.isDone(to.now())) {
                    setWhole(to, false);
                }
                sessions.get(to).remove(from);
            }
        }
    }

    private List<SimulatedNode> peers(SimulatedNode node) {
        return nodes.stream().filter(peer -> peer != node && peer.isRunning()).toList();
    }

    void resign(SimulatedNode from, int segment) {
        for (SimulatedNode to : peers(from)) {
            if (to.isAwake() && !cut[nodes.indexOf(from)][nodes.indexOf(to)]) {
                clock.at(clock.nowNanos() + 300_000, () -> to.hearResignation(segment));
            }
        }
    }
}
