// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.election.DemotionSource;
import java.util.ArrayList;
import java.util.List;

/**
 * The second path between whole nodes, and what their replication would say: a node that has been in contact with every peer that runs for {@value #BULK_NANOS} ns has all states. It may preempt only
 * while that is so, and is demoted when it has not been for a second.
 */
final class SyncNetwork {
    static final long TICK_NANOS = 100_000_000;
    private static final long BULK_NANOS = 400_000_000;
    private static final long FRESH_NANOS = 200_000_000;
    private static final long LOST_NANOS = 1_000_000_000;
    private static final int DEMOTION = 240;

    private final VirtualClock clock;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private boolean[][] cut = new boolean[0][0];

    SyncNetwork(VirtualClock clock) {
        this.clock = clock;
    }

    void add(SimulatedNode node) {
        nodes.add(node);
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
    void watch(SimulatedNode node, int life) {
        if (node.life() != life || !node.isRunning()) {
            return;
        }
        if (node.isAwake()) {
            judge(node);
        }
        clock.at(clock.nowNanos() + TICK_NANOS, () -> watch(node, life));
    }

    /** Says what is known of the states of a node now. */
    void judge(SimulatedNode node) {
        long now = clock.nowNanos();
        if (!hearsAll(node)) {
            node.contactSince = Long.MAX_VALUE;
        } else if (node.contactSince == Long.MAX_VALUE) {
            node.contactSince = now;
        }
        boolean contact = node.contactSince != Long.MAX_VALUE;
        if (contact) {
            node.contactLost = now;
        }
        boolean whole = contact && now - node.contactSince >= BULK_NANOS;
        boolean told = node.allowed;
        node.allow(whole && peers(node).stream().allMatch(peer -> peer.whole));
        if (whole != node.whole && (whole || now - node.contactLost >= LOST_NANOS)) {
            node.whole = whole;
            node.demote(DemotionSource.PFSYNC_BULK, "", whole ? 0 : DEMOTION);
        }
        if (told && !node.allowed && now - node.contactLost >= FRESH_NANOS) {
            node.hearOfADeath();
        }
    }

    private List<SimulatedNode> peers(SimulatedNode node) {
        return nodes.stream().filter(peer -> peer != node && peer.isRunning()).toList();
    }

    private boolean hearsAll(SimulatedNode node) {
        List<SimulatedNode> peers = peers(node);
        return !peers.isEmpty()
                && peers.stream().allMatch(peer -> peer.isAwake() && !cut[nodes.indexOf(node)][nodes.indexOf(peer)]);
    }

    void resign(SimulatedNode from, int segment) {
        for (SimulatedNode to : peers(from)) {
            if (to.isAwake() && !cut[nodes.indexOf(from)][nodes.indexOf(to)]) {
                clock.at(clock.nowNanos() + 300_000, () -> to.hearResignation(segment));
            }
        }
    }
}
