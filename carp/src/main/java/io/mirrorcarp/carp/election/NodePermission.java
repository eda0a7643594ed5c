// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.util.Set;

/**
 * Tells the virtual hosts of a node how demoted they are, and whether they may displace a living master: not while the node lacks that master's states, has a problem of its own, or has just slept
 * and does not know. Not thread-safe.
 */
final class NodePermission {
    private final NodeParts node;
    /** Whether the node has the states of every peer that it knows of. */
    private boolean allowed = true;
    /** Whose states it has in any case. */
    private Set<KnownMaster> held = Set.of();
    /** The number of the judgement of the states that is awaited, or 0: until it comes nothing is known of them. */
    private int judgement;

    private int judgements;

    NodePermission(NodeParts node) {
        this.node = node;
    }

    /** As far as something else than the demotion decides it. */
    void allow(boolean nowAllowed) {
        allowed = nowAllowed;
        applyToAll();
    }

    /** These masters may be displaced although the states of another peer may be missing. */
    void hold(Set<KnownMaster> masters) {
        held = Set.copyOf(masters);
        applyToAll();
    }

    /** An advertisement of a virtual host came, perhaps of another master than before. */
    void onAdvertisement(HostElection host, PeerAdvertisement advertisement) {
        host.masters().onAdvertisement(advertisement, node.nowNanos);
        if (!allowed) {
            apply(host);
        }
    }

    /** Nothing is known of the states until they are judged anew. */
    void awaitJudgement() {
        judgements++;
        judgement = judgements;
        node.out.add(new NodeAction.JudgeStates(judgement, isMaster()));
        applyToAll();
    }

    private boolean isMaster() {
        return node.hosts.values().stream().anyMatch(host -> host.instance().state() == CarpState.MASTER);
    }

    void judged(int request) {
        if (request == judgement) {
            judgement = 0;
            applyToAll();
        }
    }

    /** Lets changes of the demotion reach every virtual host. */
    void applyChanges() {
        while (node.demotion.takeChanged()) {
            applyToAll();
        }
    }

    void applyToAll() {
        node.hosts.values().forEach(this::apply);
    }

    void apply(HostElection host) {
        Demotion counters = node.demotion.counters();
        String group = host.host().group();
        boolean free = judgement == 0
                && counters.suppressPreemptFor(group) == 0
                && (allowed || host.hearsOnly(held, node.nowNanos));
        node.tell(host, instance -> instance.onPreemptAllowed(free, node.nowNanos));
        node.tell(host, instance -> instance.onDemotion(counters.totalFor(group), node.nowNanos));
    }
}
